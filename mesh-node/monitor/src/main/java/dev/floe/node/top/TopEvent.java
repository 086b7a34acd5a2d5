package dev.floe.node.top;

import dev.floe.node.top.feed.WatchLine;
import dev.floe.node.top.terminal.CursorTerminal;
import dev.floe.node.top.terminal.KeyPress;

/** An event to which the view reacts. */
sealed interface TopEvent {
    /** The node has reported something. */
    record Reported(WatchLine line) implements TopEvent {}

    /** The node does not answer. */
    record ConnectionLost(String why) implements TopEvent {}

    /** The user has pressed a key. */
    record Pressed(KeyPress key) implements TopEvent {}

    /** The terminal has another size, or the user wants the process to end or to stop. */
    record Signalled(CursorTerminal.Signal signal) implements TopEvent {}
}

package dev.floe.node.report;

import java.io.IOException;

import dev.floe.node.Node;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** Pauses this node's executing for others, and ends the pause. */
final class PauseRequest {
    private final Node node;

    PauseRequest(Node node) {
        this.node = node;
    }

    void pause(LineSink lines) throws IOException {
        node.pause();
        int running = node.slotUsage().running();
        lines.accept("paused: " + node.name() + " accepts no jobs from other nodes until: floe resume"
                + (running == 0 ? "" : "; slots still busy: " + running));
    }

    void resume(LineSink lines) throws IOException {
        node.resume();
        lines.accept(switch (node.sandbox()) {
            case Sandbox.Availability.Available _ -> "resumed: " + node.name() + " accepts jobs from other nodes";
            case Sandbox.Availability.Unavailable(String why) ->
                "resumed, but " + node.name() + " not executing: " + why;
        });
    }
}

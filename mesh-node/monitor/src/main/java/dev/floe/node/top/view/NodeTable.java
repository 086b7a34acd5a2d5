package dev.floe.node.top.view;

import java.util.List;
import java.util.stream.Stream;

import dev.floe.node.top.feed.SubmitterMarks;
import dev.floe.node.top.feed.WatchedMesh.Condition;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;
import dev.floe.node.top.terminal.CellStyle;
import dev.floe.node.top.terminal.DisplayText;
import dev.floe.node.top.terminal.ScreenFrame;
import dev.floe.node.top.view.TableColumns.Column;

/** The list of nodes. */
public record NodeTable(List<MeshMember> nodes, List<RunningRow> running, SubmitterMarks marks) {
    private static final int MARK = 0;
    private static final int NAME = 1;
    private static final int BAR = 2;
    private static final int BUSY = 3;
    private static final int WAITING = 4;
    private static final int SPEED = 5;
    private static final int LOAD = 6;
    private static final int FREE_MEMORY = 7;
    private static final int DONE = 8;
    private static final int RECEIVED = 9;
    private static final int SENT = 10;
    private static final int NOTE = 11;
    private static final int VERSION = 12;
    private static final int SUBMITTED = 13;
    private static final int MAX_NAME = 24;
    private static final int MAX_NOTE = 150;

    TableColumns columns(int width, String title) {
        int names = nodes.stream().mapToInt(node -> DisplayText.width(node.name()) + 2).max().orElse(0);
        int slots = nodes.stream().mapToInt(node -> node.slots().all() + 2).max().orElse(0);
        return TableColumns.of(width, List.of(Column.left("", 1, 1, 0),
                Column.left(title, Math.max(9, title.length()), Math.min(names, MAX_NAME), 1),
                Column.left("slots", 9, slots, 2), Column.right("busy", 7, 3), Column.right("wait", 4, 5),
                Column.right("speed", 5, 6), Column.right("load", 5, 7), Column.right("free", 5, 8),
                Column.right("done", 5, 9), Column.right("in", 5, 10), Column.right("out", 5, 11),
                Column.left("note", 8, MAX_NOTE, 4), Column.left("version", 7, 12, 12),
                Column.right("submitted", 9, 13)));
    }

    void write(ScreenFrame screen, TableColumns columns, int row, MeshMember node) {
        SubmitterMarks.Mark mark = marks.get(node.name());
        columns.write(screen, row, MARK, String.valueOf(mark.letter()), mark.style());
        columns.write(screen, row, NAME, node.name() + (node.self() ? " *" : ""),
                node.self() ? CellStyle.BOLD : CellStyle.PLAIN);
        if (columns.isShown(BAR)) {
            SlotBar.of(node, running, marks, columns.width(BAR)).write(screen, row, columns.start(BAR));
        }
        columns.write(screen, row, BUSY, node.slots().busy() + "/" + node.slots().all(), CellStyle.PLAIN);
        columns.write(screen, row, SPEED, AmountFormat.fixed(2, node.machine().speed()), CellStyle.PLAIN);
        columns.write(screen, row, VERSION, node.machine().version(), CellStyle.PLAIN);
        columns.write(screen, row, NOTE, note(node),
                node.condition().trouble().isEmpty() ? CellStyle.DIM : CellStyle.ALARM);
        columns.write(screen, row, WAITING, Integer.toString(node.slots().queued()), CellStyle.PLAIN);
        columns.write(screen, row, FREE_MEMORY, AmountFormat.bytes(node.machine().freeMemoryBytes()), CellStyle.PLAIN);
        if (node.condition().watched()) {
            columns.write(screen, row, LOAD, AmountFormat.fixed(1, node.machine().load()), CellStyle.PLAIN);
            columns.write(screen, row, DONE, AmountFormat.count(node.executed().done()), CellStyle.PLAIN);
            columns.write(screen, row, RECEIVED, AmountFormat.bytes(node.executed().bytesReceived()), CellStyle.PLAIN);
            columns.write(screen, row, SENT, AmountFormat.bytes(node.executed().bytesSent()), CellStyle.PLAIN);
            columns.write(screen, row, SUBMITTED, AmountFormat.count(node.submitted().all()), CellStyle.PLAIN);
        }
    }

    /** Why a node does not execute, and what is wrong with it. */
    public static String note(MeshMember node) {
        Condition condition = node.condition();
        return String.join("; ", Stream.of(condition.trouble(),
                condition.executes() ? "" : condition.why().isEmpty() ? "does not execute" : condition.why(),
                condition.paused() && condition.executes() ? "paused" : "",
                condition.draining() ? "leaves the mesh" : "", condition.watched() ? "" : "sends no samples")
                .filter(text -> !text.isEmpty()).distinct().toList());
    }
}

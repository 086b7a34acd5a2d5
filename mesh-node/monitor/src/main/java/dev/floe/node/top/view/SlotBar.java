package dev.floe.node.top.view;

import java.util.ArrayList;
import java.util.List;

import dev.floe.node.top.feed.SubmitterMarks;
import dev.floe.node.top.feed.SubmitterMarks.Mark;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;
import dev.floe.node.top.terminal.CellStyle;
import dev.floe.node.top.terminal.ScreenFrame;

/**
 * The slots of a node: a mark for each job in one, in the letter and colour of its submitter, and a dot for each that
 * is free. A bar in braces is scaled because the node has more slots than there are columns.
 */
public record SlotBar(List<Mark> marks, boolean scaled) {
    private static final Mark FREE = new Mark('.', CellStyle.DIM);

    public static SlotBar of(MeshMember node, List<RunningRow> running, SubmitterMarks submitters, int columns) {
        List<Mark> busy = new ArrayList<>();
        running.stream().filter(job -> job.executor().equals(node.name()) && holdsSlot(job)).map(job -> {
            Mark mark = submitters.get(job.submitter());
            return job.isLocal() ? mark.local() : mark;
        }).sorted((one, other) -> Character.compare(one.letter(), other.letter())).forEach(busy::add);
        while (busy.size() < Math.min(node.slots().busy(), node.slots().all())) {
            busy.add(Mark.UNKNOWN);
        }
        // Jobs that wait in the executor's queue are in no step of their own.
        int slots = node.slots().all();
        int shown = Math.min(slots, Math.max(0, columns - 2));
        List<Mark> marks = new ArrayList<>(shown);
        for (int cell = 0; cell < shown; cell++) {
            int slot = (int) ((long) cell * slots / shown);
            marks.add(slot < busy.size() ? busy.get(slot) : FREE);
        }
        return new SlotBar(marks, shown < slots);
    }

    private static boolean holdsSlot(RunningRow job) {
        return !job.step().equals("queue") && !job.step().equals("local-queue");
    }

    void write(ScreenFrame screen, int row, int column) {
        int at = screen.write(row, column, scaled ? "{" : "[", CellStyle.PLAIN);
        for (Mark mark : marks) {
            at = screen.write(row, at, String.valueOf(mark.letter()), mark.style());
        }
        screen.write(row, at, scaled ? "}" : "]", CellStyle.PLAIN);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(scaled ? "{" : "[");
        marks.forEach(mark -> text.append(mark.letter()));
        return text.append(scaled ? "}" : "]").toString();
    }
}

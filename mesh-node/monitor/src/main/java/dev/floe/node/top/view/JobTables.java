package dev.floe.node.top.view;

import java.util.List;

import dev.floe.node.top.feed.SubmitterMarks;
import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;
import dev.floe.node.top.terminal.CellStyle;
import dev.floe.node.top.terminal.ScreenFrame;
import dev.floe.node.top.view.TableColumns.Column;

/** The lists of running jobs and of those that have ended. */
public record JobTables(SubmitterMarks marks) {
    private static final int MARK = 0;
    private static final int FILE = 1;
    private static final int SUBMITTER = 2;
    private static final int EXECUTOR = 3;
    private static final int STEP = 4;
    private static final int SECONDS = 5;
    private static final int PREDICTED = 6;
    private static final int REASON = 6;
    private static final int BUILD = 7;
    private static final int MAX_FILE = 110;
    private static final int MAX_ENDED_FILE = 44;
    private static final int MAX_WHY = 120;
    private static final int MAX_NAME = 18;

    static TableColumns runningColumns(int width, String title) {
        return TableColumns.of(width,
                List.of(Column.left("", 1, 1, 0), Column.left(title, Math.max(16, title.length()), MAX_FILE, 1),
                        Column.left("submitter", 9, MAX_NAME, 4), Column.left("executor", 9, MAX_NAME, 3),
                        Column.left("step", 10, 10, 5), Column.right("seconds", 7, 2), Column.right("predicted", 9, 6),
                        Column.left("build", 16, 30, 7)));
    }

    void write(ScreenFrame screen, TableColumns columns, int row, RunningRow job) {
        SubmitterMarks.Mark mark = marks.get(job.submitter());
        columns.write(screen, row, MARK, String.valueOf((job.isLocal() ? mark.local() : mark).letter()), mark.style());
        columns.writeEnd(screen, row, FILE, job.file(), CellStyle.PLAIN);
        columns.write(screen, row, SUBMITTER, job.submitter(), CellStyle.PLAIN);
        columns.write(screen, row, EXECUTOR, job.executor(), CellStyle.PLAIN);
        columns.write(screen, row, STEP, job.step(), CellStyle.PLAIN);
        columns.write(screen, row, SECONDS, AmountFormat.millis(job.elapsedMillis()), CellStyle.PLAIN);
        columns.write(screen, row, PREDICTED,
                job.predictedMillis() > 0 ? AmountFormat.millis(job.predictedMillis()) : "-", CellStyle.PLAIN);
        columns.write(screen, row, BUILD, job.build(), CellStyle.PLAIN);
    }

    static TableColumns endedColumns(int width, String title) {
        return TableColumns.of(width,
                List.of(Column.left("", 1, 1, 0), Column.left(title, Math.max(16, title.length()), MAX_ENDED_FILE, 1),
                        Column.left("submitter", 9, MAX_NAME, 6), Column.left("executor", 9, MAX_NAME, 4),
                        Column.left("where", 6, 6, 3), Column.right("seconds", 7, 2),
                        Column.left("why", 14, MAX_WHY, 5),
                        Column.left("build", 16, 30, 8)));
    }

    void write(ScreenFrame screen, TableColumns columns, int row, EndedRow job) {
        SubmitterMarks.Mark mark = marks.get(job.submitter());
        boolean failed = job.exit() > 0;
        columns.write(screen, row, MARK, String.valueOf(mark.letter()), mark.style());
        columns.writeEnd(screen, row, FILE, job.file(), failed ? CellStyle.ALARM : CellStyle.PLAIN);
        columns.write(screen, row, SUBMITTER, job.submitter(), CellStyle.PLAIN);
        columns.write(screen, row, EXECUTOR, job.executor(), CellStyle.PLAIN);
        columns.write(screen, row, STEP, job.decision(), CellStyle.PLAIN);
        columns.write(screen, row, SECONDS, AmountFormat.millis(job.totalMillis()), CellStyle.PLAIN);
        columns.write(screen, row, REASON, why(job), failed ? CellStyle.ALARM : CellStyle.DIM);
        columns.write(screen, row, BUILD, job.build(), CellStyle.PLAIN);
    }

    /** The compiler's exit code if it has failed, and the reason. */
    public static String why(EndedRow job) {
        return job.exit() > 0
                ? "exit code " + job.exit() + (job.note().isEmpty() ? "" : "; " + job.note())
                : job.note();
    }
}

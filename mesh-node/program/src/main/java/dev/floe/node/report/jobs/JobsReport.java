package dev.floe.node.report.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/**
 * The report of {@code floe jobs}: a table of jobs, or a JSON object for each. The columns have fixed widths because
 * with {@code --follow} the later rows are not known.
 */
public final class JobsReport {
    private static final int AHEAD = 10_000;
    private static final long LOOK_AFTER_CLIENT_MILLIS = 500;
    private static final int MAX_SOURCE_COLUMNS = 40;
    private static final String ROW = "%-" + MAX_SOURCE_COLUMNS + "s  %-8s  %-12s  %9s  %9s  %8s  %s";
    private static final List<JobStep> OF_EXECUTOR = List.of(JobStep.FETCH_INPUTS, JobStep.QUEUE, JobStep.EXEC_ROOT,
            JobStep.RUN,
            JobStep.COLLECT);

    private final JobLog log;
    private final boolean json;
    private final boolean steps;

    /** @param steps whether the table has a line with the steps below each job; JSON always has them */
    public JobsReport(JobLog log, boolean json, boolean steps) {
        this.log = log;
        this.json = json;
        this.steps = steps;
    }

    public void write(boolean follow, LineSink lines) throws IOException {
        if (!json) {
            lines.accept(String.format(ROW, "SOURCE", "DECISION", "NODE", "TOTAL", "COMPILER", "QUEUE", "DETAIL"));
        }
        if (!follow) {
            for (JobRecord job : log.all()) {
                write(job, lines);
            }
            return;
        }
        BlockingQueue<JobRecord> ended = new LinkedBlockingQueue<>(AHEAD);
        try (JobLog.Following _ = log.follow(ended::offer)) {
            while (!lines.isGone()) {
                if (ended.isEmpty()) {
                    lines.flush();
                }
                JobRecord job = ended.poll(LOOK_AFTER_CLIENT_MILLIS, TimeUnit.MILLISECONDS);
                if (job != null) {
                    write(job, lines);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(JobRecord job, LineSink lines) throws IOException {
        if (json) {
            lines.accept(job.toJson());
            return;
        }
        lines.accept(row(job));
        if (steps && !job.steps().isEmpty()) {
            lines.accept("    " + steps(job.steps()));
        }
    }

    static String row(JobRecord job) {
        String source = job.source().isEmpty()
                ? String.join(" ", job.argv())
                : Path.of(job.source()).getFileName().toString();
        JobStep queue = job.decision() == JobRecord.Decision.LOCAL ? JobStep.LOCAL_QUEUE : JobStep.QUEUE;
        return String.format(ROW, abbreviated(source), job.decision().name().toLowerCase(Locale.ROOT), job.node(),
                millis(job.total()), job.compiler().isZero() ? "-" : millis(job.compiler()),
                job.steps().containsKey(queue) ? millis(job.steps().get(queue)) : "-", detail(job)).stripTrailing();
    }

    /** The reason of a job that was not remote, what the cache had, the proof, and the executors that failed. */
    private static String detail(JobRecord job) {
        List<String> parts = new ArrayList<>();
        if (job.decision() != JobRecord.Decision.REMOTE && !job.reason().isEmpty()) {
            parts.add(job.reason());
        }
        if (!job.cache().isEmpty()) {
            parts.add("[" + job.cache() + "]");
        }
        if (!job.proof().text().isEmpty()) {
            parts.add("[" + job.proof().text() + "]");
        }
        if (job.attempts().size() > 1) {
            parts.add("after " + job.attempts().stream().limit(job.attempts().size() - 1L)
                    .map(attempt -> attempt.node() + " (" + attempt.result() + ")").collect(Collectors.joining(", ")));
        }
        return String.join("  ", parts);
    }

    private static String abbreviated(String text) {
        return text.length() <= MAX_SOURCE_COLUMNS ? text : text.substring(0, MAX_SOURCE_COLUMNS - 3) + "...";
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }

    /** All steps in milliseconds, those of the executor in parentheses behind the step that contains them. */
    static String steps(Map<JobStep, Duration> steps) {
        List<String> own = new ArrayList<>();
        for (JobStep step : JobStep.values()) {
            if (!OF_EXECUTOR.contains(step) && steps.containsKey(step)) {
                own.add(step(steps, step) + (step == JobStep.REMOTE_TOTAL ? ofExecutor(steps) : ""));
            }
        }
        if (!steps.containsKey(JobStep.REMOTE_TOTAL) && !ofExecutor(steps).isEmpty()) {
            own.add(ofExecutor(steps).strip());
        }
        return String.join("  ", own);
    }

    private static String ofExecutor(Map<JobStep, Duration> steps) {
        String all = OF_EXECUTOR.stream().filter(steps::containsKey).map(step -> step(steps, step))
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? "" : " (" + all + ")";
    }

    private static String step(Map<JobStep, Duration> steps, JobStep step) {
        return step.key() + " " + steps.getOrDefault(step, Duration.ZERO).toMillis();
    }
}

package dev.floe.node.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** What became of the jobs. */
final class JobsReport {
    private static final int AHEAD = 10_000;

    private final JobLog log;

    JobsReport(JobLog log) {
        this.log = log;
    }

    void write(boolean json, boolean follow, LineSink lines) throws IOException {
        if (!follow) {
            for (JobRecord job : log.all()) {
                lines.accept(json ? job.toJson() : text(job));
            }
            return;
        }
        BlockingQueue<JobRecord> ended = new LinkedBlockingQueue<>(AHEAD);
        try (JobLog.Following _ = log.follow(ended::offer)) {
            while (true) {
                JobRecord job = ended.take();
                lines.accept(json ? job.toJson() : text(job));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(JobRecord job) {
        String what = job.source().isEmpty()
                ? String.join(" ", job.argv())
                : Path.of(job.source()).getFileName().toString();
        StringBuilder line = new StringBuilder(120);
        line.append(String.format("%-40s %-6s %-12s %6d ms", abbreviated(what),
                job.decision().name().toLowerCase(Locale.ROOT),
                job.node(), job.total().toMillis()));
        if (job.decision() == JobRecord.Decision.REMOTE) {
            line.append(" (compiler ").append(job.compiler().toMillis()).append(") ").append(steps(job.steps()));
        } else {
            line.append("  ").append(job.reason());
        }
        if (!job.cache().isEmpty()) {
            line.append("  [").append(job.cache()).append(']');
        }
        if (!job.proof().text().isEmpty()) {
            line.append("  [").append(job.proof().text()).append(']');
        }
        if (job.attempts().size() > 1) {
            line.append("  after ").append(job.attempts().stream().limit(job.attempts().size() - 1L)
                    .map(attempt -> attempt.node() + " (" + attempt.result() + ")").collect(Collectors.joining(", ")));
        }
        return line.toString();
    }

    private static String abbreviated(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }

    private static String steps(Map<JobStep, Duration> steps) {
        StringBuilder text = new StringBuilder();
        for (JobStep step : JobStep.values()) {
            Duration time = steps.get(step);
            if (time != null) {
                text.append(step.key()).append(' ').append(time.toMillis()).append(' ');
            }
        }
        return text.toString().strip();
    }
}

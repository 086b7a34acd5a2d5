package dev.floe.node.metrics;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import dev.floe.node.joblog.JobEvent;
import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;

/** Prints what metrics cost: {@code scripts/bench/metrics} runs it. */
public final class MetricsBench {
    private static final int NODES = 50;
    private static final int RENDERINGS = 200;
    private static final int JOBS = 200_000;
    private static final int ROUNDS = 5;

    private MetricsBench() {}

    public static void main(String[] arguments) throws IOException {
        try (JobLog log = new JobLog(Optional.empty());
                NodeMetrics metrics = new NodeMetrics(new SimulatedReadings(NODES), log)) {
            log.add(EndedJob.remote());
            long start = System.nanoTime();
            metrics.render("");
            double first = (System.nanoTime() - start) / 1e6;
            double[] text = renderings(metrics, "");
            double[] openMetrics = renderings(metrics, NodeMetrics.OPEN_METRICS);
            print("rendering, a mesh of %d nodes, text: median %.2f ms, 95th of 100 %.2f ms, the first %.1f ms, %d bytes",
                    NODES, text[RENDERINGS / 2], text[RENDERINGS * 95 / 100], first, metrics.render("").body().length);
            print("rendering, OpenMetrics: median %.2f ms, 95th of 100 %.2f ms, %d bytes", openMetrics[RENDERINGS / 2],
                    openMetrics[RENDERINGS * 95 / 100], metrics.render(NodeMetrics.OPEN_METRICS).body().length);
        }
        try (JobLog counted = new JobLog(Optional.empty());
                JobLog bare = new JobLog(Optional.empty());
                NodeMetrics metrics = new NodeMetrics(new SimulatedReadings(NODES), counted)) {
            metrics.render(""); // from now on it counts
            for (int round = 0; round < ROUNDS; round++) { // the last is the one that is compiled
                double with = microseconds(counted);
                double without = microseconds(bare);
                if (round == ROUNDS - 1) {
                    print("a job's record in the log: %.2f us with metrics, %.2f us without", with, without);
                }
            }
        }
        print("a job's event while nothing records: %.3f us", event());
    }

    private static double[] renderings(NodeMetrics metrics, String accept) {
        double[] millis = new double[RENDERINGS];
        for (int i = 0; i < 2 * RENDERINGS; i++) {
            long start = System.nanoTime();
            metrics.render(accept);
            millis[i % RENDERINGS] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return millis;
    }

    private static double microseconds(JobLog log) {
        JobRecord[] jobs = {EndedJob.remote(), EndedJob.cached("hit: held here"),
                EndedJob.local("link step")};
        long start = System.nanoTime();
        for (int i = 0; i < JOBS; i++) {
            log.add(jobs[i % jobs.length]);
        }
        return (System.nanoTime() - start) / 1e3 / JOBS;
    }

    private static double event() {
        JobRecord job = EndedJob.remote();
        double last = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < JOBS; i++) {
                JobEvent event = new JobEvent();
                event.begin();
                event.record(job);
            }
            last = (System.nanoTime() - start) / 1e3 / JOBS;
        }
        return last;
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}

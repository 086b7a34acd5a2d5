package dev.floe.node.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.bounds.PeerText;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.JobTotals;
import dev.floe.node.joblog.RunningJob;
import dev.floe.node.rpc.messages.WatchMessage;
import dev.floe.node.rpc.messages.WatchMessage.Sample;

/**
 * A sample of the work of one node.
 *
 * @param load     of the machine, the average of a minute; negative if it is not known
 * @param totals   what it has submitted since its start
 * @param executed what it has executed for others since its start
 * @param lost     jobs that the watcher did not receive because it was too slow
 * @param running  jobs that it has submitted and that have not ended
 */
public record NodeSample(int slots, int busy, int queued, double load, long freeMemoryBytes, JobTotals totals,
        Executed executed, long lost, List<RunningJob> running) {
    /** Jobs for others by their ends, and the CPU time of their compilers. */
    public record Executed(long done, long failed, long refused, long cancelled, Duration compiler) {}

    public NodeSample {
        running = List.copyOf(running);
    }

    NodeSample lost(long count) {
        return new NodeSample(slots, busy, queued, load, freeMemoryBytes, totals, executed, count, running);
    }

    /** As it is sent to a watcher. */
    Sample message() {
        List<WatchMessage.Running> jobs = running.stream().limit(WatchMessage.MAX_JOBS)
                .map(job -> new WatchMessage.Running(job.id(), job.build(), job.source(), job.directory(),
                        job.executor(), job.step().oldKey(), job.started().toEpochMilli(), job.elapsed().toMillis(),
                        job.predicted().toMillis()))
                .toList();
        return new Sample(slots, busy, queued, load, freeMemoryBytes, totals.jobs(), totals.remote(), totals.cached(),
                totals.local(), totals.asked(), totals.saved().toMillis(), totals.offloaded().toMillis(),
                totals.bytesSent(), totals.bytesReceived(), executed.done(), executed.failed(), executed.refused(),
                executed.cancelled(), executed.compiler().toMillis(), lost, jobs);
    }

    /** What the node called {@code name} has sent, brought within bounds. */
    static NodeSample of(String name, Sample sample) {
        List<RunningJob> jobs = new ArrayList<>();
        for (WatchMessage.Running job : sample.running()) {
            if (jobs.size() < WatchMessage.MAX_JOBS) {
                jobs.add(running(name, job));
            }
        }
        return new NodeSample(count(sample.slots()), count(sample.busy()), count(sample.queued()),
                Double.isFinite(sample.load()) ? sample.load() : -1, sum(sample.freeMemoryBytes()),
                new JobTotals(sum(sample.jobs()), sum(sample.remote()), sum(sample.cached()), sum(sample.local()),
                        sum(sample.asked()), Duration.ofMillis(sum(sample.savedMillis())),
                        Duration.ofMillis(sum(sample.offloadedMillis())), sum(sample.bytesSent()),
                        sum(sample.bytesReceived())),
                new Executed(sum(sample.done()), sum(sample.failed()), sum(sample.refused()),
                        sum(sample.cancelled()), Duration.ofMillis(sum(sample.compilerMillis()))),
                sum(sample.lost()), jobs);
    }

    private static RunningJob running(String name, WatchMessage.Running job) {
        return new RunningJob(PeerText.of(job.id()), PeerText.of(job.build()), PeerText.of(job.source()),
                PeerText.of(job.directory()), name, PeerText.of(job.executor()),
                JobStep.find(job.step()).orElse(JobStep.PARSE),
                Instant.ofEpochMilli(sum(job.startedMillis())), Duration.ofMillis(sum(job.elapsedMillis())),
                Duration.ofMillis(sum(job.predictedMillis())));
    }

    private static int count(int number) {
        return Math.clamp(number, 0, 1_000_000);
    }

    /** Small enough that the sums of a thousand nodes do not overflow. */
    private static long sum(long number) {
        return Math.clamp(number, 0, 1L << 52);
    }
}

package dev.floe.node.report.jobs;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.Node;
import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;
import dev.floe.node.metrics.LocalReasonLabel;
import dev.floe.node.report.format.ControlReport;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.store.changes.ChangeMonitorStats;
import dev.floe.store.changes.ChangeMonitorStats.UnwatchedReason;
import dev.floe.store.content.ContentStore;

/**
 * Sums over the recent jobs, and what this node did for others.
 *
 * @param sums      of all jobs
 * @param breakdown of jobs by what became of them
 * @param times     of the remote jobs
 * @param changes   how the inputs of this machine's compiles are watched
 */
public record StatsReport(JobSumsBySource sums, JobBreakdown breakdown, StepTimes times,
        ExecutorStats.ExecutorCounts forOthers, ContentStore.Stats store, ChangeMonitorStats changes)
        implements
            ControlReport {
    /** @param saved CPU time that cached results once took */
    record JobSumsBySource(int jobs, int remote, int cached, Duration saved) {}

    /**
     * @param cacheAnswers what the cache had, by its words
     * @param byNode       remote jobs by executor
     * @param localReasons local jobs by the kind of reason, without the names in it
     */
    record JobBreakdown(Map<String, Integer> cacheAnswers, Map<ResultProof.ProofKind, Integer> proofs,
            Map<String, Integer> byNode, Map<String, Integer> localReasons) {}

    /**
     * @param steps time in each step
     * @param cpu   the same as CPU time
     */
    record StepTimes(Map<JobStep, Duration> steps, Map<JobStep, Duration> cpu) {}

    public static StatsReport of(Node node) {
        return of(node.log().all(), node.executor().tally().counts(), node.store().stats(), node.changes());
    }

    static StatsReport of(List<JobRecord> jobs, ExecutorStats.ExecutorCounts forOthers, ContentStore.Stats store,
            ChangeMonitorStats changes) {
        Map<String, Integer> byNode = new TreeMap<>();
        Map<String, Integer> localReasons = new TreeMap<>();
        Map<String, Integer> cacheAnswers = new TreeMap<>();
        Map<ResultProof.ProofKind, Integer> proofs = new EnumMap<>(ResultProof.ProofKind.class);
        int cached = 0;
        Duration saved = Duration.ZERO;
        Map<JobStep, Duration> steps = new EnumMap<>(JobStep.class);
        Map<JobStep, Duration> cpu = new EnumMap<>(JobStep.class);
        for (JobRecord job : jobs) {
            switch (job.decision()) {
                case REMOTE -> {
                    byNode.merge(job.node(), 1, Integer::sum);
                    job.steps().forEach((step, time) -> steps.merge(step, time, Duration::plus));
                    job.cpu().forEach((step, time) -> cpu.merge(step, time, Duration::plus));
                }
                case LOCAL -> localReasons.merge(LocalReasonLabel.textOf(job), 1, Integer::sum);
                case CACHED -> {
                    cached++;
                    saved = saved.plus(job.saved());
                }
            }
            if (job.proof().kind() != ResultProof.ProofKind.NONE) {
                proofs.merge(job.proof().kind(), 1, Integer::sum);
            }
            if (!job.cache().isEmpty()) {
                cacheAnswers.merge(job.cache().replaceFirst("^(miss: )/.* changed$", "$1a file changed"), 1,
                        Integer::sum);
            }
        }
        int remote = byNode.values().stream().mapToInt(Integer::intValue).sum();
        return new StatsReport(new JobSumsBySource(jobs.size(), remote, cached, saved),
                new JobBreakdown(cacheAnswers, proofs, byNode, localReasons), new StepTimes(steps, cpu), forOthers,
                store, changes);
    }

    @Override
    public void json(LineSink lines) throws IOException {
        lines.accept(JsonLine.object(out -> {
            out.writeNumberField("jobs", sums.jobs());
            out.writeNumberField("remote", sums.remote());
            out.writeNumberField("cached", sums.cached());
            out.writeNumberField("local", sums.jobs() - sums.remote() - sums.cached());
            out.writeNumberField("cacheSavedMillis", sums.saved().toMillis());
            write(out, "cache", breakdown.cacheAnswers());
            out.writeObjectFieldStart("proofs");
            for (Map.Entry<ResultProof.ProofKind, Integer> entry : breakdown.proofs().entrySet()) {
                out.writeNumberField(entry.getKey().key(), entry.getValue());
            }
            out.writeEndObject();
            write(out, "byNode", breakdown.byNode());
            write(out, "localReasons", breakdown.localReasons());
            writeTimes(out, "stepMillis", times.steps());
            writeTimes(out, "stepCpuMillis", times.cpu());
            out.writeNumberField("executedForPeers", forOthers.done());
            out.writeNumberField("failedForPeers", forOthers.failed());
            out.writeNumberField("cancelledForPeers", forOthers.cancelled());
            out.writeNumberField("rejectedOffers", forOthers.refused());
            out.writeNumberField("storeEntries", store.entries());
            out.writeNumberField("storeBytes", store.bytes());
            out.writeNumberField("storeMaxBytes", store.maxBytes());
            out.writeNumberField("storeDamaged", store.damaged());
            writeChanges(out);
            writeOldNames(out);
        }));
    }

    private void writeChanges(JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("changeNotification");
        out.writeBooleanField("active", changes.active());
        out.writeStringField("why", changes.why());
        out.writeNumberField("watches", changes.watches());
        out.writeNumberField("maxWatches", changes.maxWatches());
        out.writeNumberField("overflows", changes.counts().overflows());
        out.writeNumberField("mountChanges", changes.counts().mountChanges());
        out.writeObjectFieldStart("unwatched");
        for (Map.Entry<UnwatchedReason, Integer> entry : new TreeMap<>(changes.unwatched()).entrySet()) {
            out.writeNumberField(entry.getKey().key(), entry.getValue());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void changesText(LineSink lines) throws IOException {
        if (!changes.active()) {
            lines.accept("change notification: none, " + changes.why());
            return;
        }
        lines.accept("change notification: " + changes.watches() + " watches of at most " + changes.maxWatches()
                + ", overflows " + changes.counts().overflows() + ", changes of mounts "
                + changes.counts().mountChanges());
        for (Map.Entry<UnwatchedReason, Integer> entry : new TreeMap<>(changes.unwatched()).entrySet()) {
            lines.accept("  not watched, " + entry.getKey().text() + ": " + entry.getValue());
        }
    }

    /** The names of version 0.1, for one release. */
    private void writeOldNames(JsonGenerator out) throws IOException {
        out.writeNumberField("savedMillis", sums.saved().toMillis());
        out.writeNumberField("doneForOthers", forOthers.done());
        out.writeNumberField("failedForOthers", forOthers.failed());
        out.writeNumberField("cancelledForOthers", forOthers.cancelled());
        out.writeNumberField("refusedToOthers", forOthers.refused());
    }

    @Override
    public void text(LineSink lines) throws IOException {
        lines.accept("jobs submitted here: " + sums.jobs() + ", " + sums.remote() + " remote, " + sums.cached()
                + " from the cache (" + sums.saved().toSeconds() + " s of compiling saved), "
                + (sums.jobs() - sums.remote() - sums.cached()) + " local");
        for (Map.Entry<String, Integer> entry : breakdown.byNode().entrySet()) {
            lines.accept("  on " + entry.getKey() + ": " + entry.getValue());
        }
        for (Map.Entry<String, Integer> entry : breakdown.localReasons().entrySet()) {
            lines.accept("  local, " + entry.getKey() + ": " + entry.getValue());
        }
        for (Map.Entry<String, Integer> entry : breakdown.cacheAnswers().entrySet()) {
            lines.accept("  cache, " + entry.getKey() + ": " + entry.getValue());
        }
        for (Map.Entry<ResultProof.ProofKind, Integer> entry : breakdown.proofs().entrySet()) {
            lines.accept("  " + entry.getKey().text() + ": " + entry.getValue());
        }
        if (!times.steps().isEmpty()) {
            lines.accept("mean per remote job:");
        }
        for (Map.Entry<JobStep, Duration> entry : times.steps().entrySet()) {
            Duration spent = times.cpu().get(entry.getKey());
            lines.accept(String.format(Locale.ROOT, "  %s  %.1f ms", entry.getKey().key(),
                    each(entry.getValue(), sums.remote()))
                    + (spent == null
                            ? ""
                            : String.format(Locale.ROOT, " (CPU %.1f ms)",
                                    each(spent, sums.remote()))));
        }
        lines.accept("executed for peers: " + forOthers.done() + " done, " + forOthers.refused() + " rejected, "
                + forOthers.cancelled() + " cancelled, " + forOthers.failed() + " failed");
        lines.accept("store: " + store.entries() + " files, " + (store.bytes() >> 20) + " MiB of "
                + (store.maxBytes() >> 20) + ", damaged " + store.damaged());
        changesText(lines);
    }

    private static double each(Duration all, int jobs) {
        return all.toNanos() / 1e6 / Math.max(1, jobs);
    }

    private static void write(JsonGenerator out, String name, Map<String, Integer> counts) throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            out.writeNumberField(entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
    }

    private static void writeTimes(JsonGenerator out, String name, Map<JobStep, Duration> times) throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<JobStep, Duration> entry : times.entrySet()) {
            out.writeNumberField(entry.getKey().key(), entry.getValue().toMillis());
            if (!entry.getKey().oldKey().equals(entry.getKey().key())) {
                out.writeNumberField(entry.getKey().oldKey(), entry.getValue().toMillis());
            }
        }
        out.writeEndObject();
    }
}

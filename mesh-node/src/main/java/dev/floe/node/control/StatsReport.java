package dev.floe.node.control;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.Node;
import dev.floe.node.execute.Tally;
import dev.floe.node.record.JobRecord;
import dev.floe.node.record.Proof;
import dev.floe.node.record.Step;
import dev.floe.node.submit.WrapperSocket.LineSink;
import dev.floe.store.ContentStore;

/**
 * Sums over the recent jobs, and what this node did for others.
 *
 * @param saved        CPU time that cached results once took
 * @param byNode       remote jobs by executor
 * @param cacheAnswers what the cache had, by its words
 * @param steps        time of the remote jobs in each step
 * @param cpu          the same as CPU time
 */
record StatsReport(int jobs, int remote, int cached, Duration saved, Map<String, Integer> cacheAnswers,
        Map<Proof.Kind, Integer> proofs, Map<String, Integer> byNode, Map<String, Integer> localReasons,
        Map<Step, Duration> steps, Map<Step, Duration> cpu, Tally.Counts forOthers,
        ContentStore.Stats store) implements Report {
    static StatsReport of(Node node) {
        return of(node.log().all(), node.executor().tally().counts(), node.store().stats());
    }

    static StatsReport of(List<JobRecord> jobs, Tally.Counts forOthers, ContentStore.Stats store) {
        Map<String, Integer> byNode = new TreeMap<>();
        Map<String, Integer> localReasons = new TreeMap<>();
        Map<String, Integer> cacheAnswers = new TreeMap<>();
        Map<Proof.Kind, Integer> proofs = new EnumMap<>(Proof.Kind.class);
        int cached = 0;
        Duration saved = Duration.ZERO;
        Map<Step, Duration> steps = new EnumMap<>(Step.class);
        Map<Step, Duration> cpu = new EnumMap<>(Step.class);
        for (JobRecord job : jobs) {
            switch (job.decision()) {
                case REMOTE -> {
                    byNode.merge(job.node(), 1, Integer::sum);
                    job.steps().forEach((step, time) -> steps.merge(step, time, Duration::plus));
                    job.cpu().forEach((step, time) -> cpu.merge(step, time, Duration::plus));
                }
                case LOCAL -> localReasons.merge(job.reason(), 1, Integer::sum);
                case CACHED -> {
                    cached++;
                    saved = saved.plus(job.saved());
                }
            }
            if (job.proof().kind() != Proof.Kind.NONE) {
                proofs.merge(job.proof().kind(), 1, Integer::sum);
            }
            if (!job.cache().isEmpty()) {
                cacheAnswers.merge(job.cache().replaceFirst("^(miss: )/.* changed$", "$1a file changed"), 1,
                        Integer::sum);
            }
        }
        int remote = byNode.values().stream().mapToInt(Integer::intValue).sum();
        return new StatsReport(jobs.size(), remote, cached, saved, cacheAnswers, proofs, byNode, localReasons, steps,
                cpu, forOthers, store);
    }

    @Override
    public void json(LineSink lines) throws IOException {
        lines.accept(Json.object(out -> {
            out.writeNumberField("jobs", jobs);
            out.writeNumberField("remote", remote);
            out.writeNumberField("cached", cached);
            out.writeNumberField("local", jobs - remote - cached);
            out.writeNumberField("savedMillis", saved.toMillis());
            write(out, "cache", cacheAnswers);
            out.writeObjectFieldStart("proofs");
            for (Map.Entry<Proof.Kind, Integer> entry : proofs.entrySet()) {
                out.writeNumberField(entry.getKey().key(), entry.getValue());
            }
            out.writeEndObject();
            write(out, "byNode", byNode);
            write(out, "localReasons", localReasons);
            writeTimes(out, "stepMillis", steps);
            writeTimes(out, "stepCpuMillis", cpu);
            out.writeNumberField("doneForOthers", forOthers.done());
            out.writeNumberField("failedForOthers", forOthers.failed());
            out.writeNumberField("cancelledForOthers", forOthers.cancelled());
            out.writeNumberField("refusedToOthers", forOthers.refused());
            out.writeNumberField("storeEntries", store.entries());
            out.writeNumberField("storeBytes", store.bytes());
            out.writeNumberField("storeMaxBytes", store.maxBytes());
            out.writeNumberField("storeDamaged", store.damaged());
        }));
    }

    @Override
    public void text(LineSink lines) throws IOException {
        lines.accept("jobs submitted here: " + jobs + ", " + remote + " remote, " + cached + " from the cache ("
                + saved.toSeconds() + " s of compiling saved), " + (jobs - remote - cached) + " local");
        for (Map.Entry<String, Integer> entry : byNode.entrySet()) {
            lines.accept("  on " + entry.getKey() + ": " + entry.getValue());
        }
        for (Map.Entry<String, Integer> entry : localReasons.entrySet()) {
            lines.accept("  local, " + entry.getKey() + ": " + entry.getValue());
        }
        for (Map.Entry<String, Integer> entry : cacheAnswers.entrySet()) {
            lines.accept("  cache, " + entry.getKey() + ": " + entry.getValue());
        }
        for (Map.Entry<Proof.Kind, Integer> entry : proofs.entrySet()) {
            lines.accept("  " + entry.getKey().text() + ": " + entry.getValue());
        }
        for (Map.Entry<Step, Duration> entry : steps.entrySet()) {
            Duration spent = cpu.get(entry.getKey());
            lines.accept(String.format(Locale.ROOT, "  %s: %.1f ms a remote job", entry.getKey().key(),
                    each(entry.getValue(), remote))
                    + (spent == null ? "" : String.format(Locale.ROOT, ", %.1f of CPU", each(spent, remote))));
        }
        lines.accept("done for others: " + forOthers.done() + ", refused " + forOthers.refused()
                + ", given up by their submitter " + forOthers.cancelled() + ", failed " + forOthers.failed());
        lines.accept("store: " + store.entries() + " files, " + (store.bytes() >> 20) + " MiB of "
                + (store.maxBytes() >> 20) + ", damaged " + store.damaged());
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

    private static void writeTimes(JsonGenerator out, String name, Map<Step, Duration> times) throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<Step, Duration> entry : times.entrySet()) {
            out.writeNumberField(entry.getKey().key(), entry.getValue().toMillis());
        }
        out.writeEndObject();
    }
}

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

/** Sums over the recent jobs, and what this node did for others. */
final class StatsReport {
    private final Node node;

    StatsReport(Node node) {
        this.node = node;
    }

    void write(boolean json, LineSink lines) throws IOException {
        List<JobRecord> jobs = node.log().all();
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
        Tally.Counts counts = node.executor().tally().counts();
        ContentStore.Stats store = node.store().stats();
        int hits = cached;
        Duration time = saved;
        if (json) {
            lines.accept(Json.object(out -> {
                out.writeNumberField("jobs", jobs.size());
                out.writeNumberField("remote", remote);
                out.writeNumberField("cached", hits);
                out.writeNumberField("savedMillis", time.toMillis());
                out.writeObjectFieldStart("cache");
                for (Map.Entry<String, Integer> entry : cacheAnswers.entrySet()) {
                    out.writeNumberField(entry.getKey(), entry.getValue());
                }
                out.writeEndObject();
                out.writeObjectFieldStart("proofs");
                for (Map.Entry<Proof.Kind, Integer> entry : proofs.entrySet()) {
                    out.writeNumberField(entry.getKey().key(), entry.getValue());
                }
                out.writeEndObject();
                out.writeObjectFieldStart("byNode");
                for (Map.Entry<String, Integer> entry : byNode.entrySet()) {
                    out.writeNumberField(entry.getKey(), entry.getValue());
                }
                out.writeEndObject();
                out.writeObjectFieldStart("localReasons");
                for (Map.Entry<String, Integer> entry : localReasons.entrySet()) {
                    out.writeNumberField(entry.getKey(), entry.getValue());
                }
                out.writeEndObject();
                write(out, "stepMillis", steps);
                write(out, "stepCpuMillis", cpu);
                out.writeNumberField("doneForOthers", counts.done());
                out.writeNumberField("failedForOthers", counts.failed());
                out.writeNumberField("cancelledForOthers", counts.cancelled());
                out.writeNumberField("refusedToOthers", counts.refused());
                out.writeNumberField("storeEntries", store.entries());
                out.writeNumberField("storeBytes", store.bytes());
            }));
            return;
        }
        lines.accept("jobs submitted here: " + jobs.size() + ", " + remote + " remote, " + hits + " from the cache ("
                + time.toSeconds()
                + " s of compiling saved), " + (jobs.size() - remote - hits) + " local");
        byNode.forEach((name, count) -> accept(lines, "  on " + name + ": " + count));
        localReasons.forEach((reason, count) -> accept(lines, "  local, " + reason + ": " + count));
        cacheAnswers.forEach((answer, count) -> accept(lines, "  cache, " + answer + ": " + count));
        proofs.forEach((proof, count) -> accept(lines, "  " + proof.text() + ": " + count));
        steps.forEach((step, spent) -> accept(lines,
                String.format(Locale.ROOT, "  %s: %.1f ms a remote job", step.key(), each(spent, remote))
                        + (cpu.containsKey(step)
                                ? String.format(Locale.ROOT, ", %.1f of CPU", each(cpu.get(step), remote))
                                : "")));
        lines.accept(
                "done for others: " + counts.done() + ", refused " + counts.refused() + ", given up by their submitter "
                        + counts.cancelled() + ", failed " + counts.failed());
        lines.accept("store: " + store.entries() + " files, " + (store.bytes() >> 20) + " MiB of "
                + (store.maxBytes() >> 20) + ", damaged "
                + store.damaged());
    }

    private static double each(Duration all, int jobs) {
        return all.toNanos() / 1e6 / Math.max(1, jobs);
    }

    private static void write(JsonGenerator out, String name, Map<Step, Duration> times) throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<Step, Duration> entry : times.entrySet()) {
            out.writeNumberField(entry.getKey().key(), entry.getValue().toMillis());
        }
        out.writeEndObject();
    }

    private static void accept(LineSink lines, String line) {
        try {
            lines.accept(line);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

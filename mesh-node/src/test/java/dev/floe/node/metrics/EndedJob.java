package dev.floe.node.metrics;

import dev.floe.node.record.JobRecord;
import dev.floe.node.record.Proof;
import dev.floe.node.record.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records of jobs with what matters to metrics. */
final class EndedJob {
    private EndedJob() {}

    static JobRecord local(String reason, String... attempts) {
        return job(JobRecord.Decision.LOCAL, reason, "", Map.of(Step.PARSE, Duration.ofMillis(1)),
                List.of(attempts).stream().map(result -> new JobRecord.Attempt("pc2", result)).toList(), Proof.NONE);
    }

    static JobRecord cached(String cache) {
        return job(JobRecord.Decision.CACHED, "the result was known", cache, Map.of(Step.CACHE, Duration.ofMillis(3)),
                List.of(), Proof.NONE);
    }

    /** With all the steps that a remote job has. */
    static JobRecord remote() {
        return job(JobRecord.Decision.REMOTE, "compiled there", "miss: /home/u/p/secret.h changed",
                Map.ofEntries(step(Step.PARSE, 1), step(Step.TOOLCHAIN, 1), step(Step.DISCOVER, 7),
                        step(Step.CACHE, 2), step(Step.OFFER, 4), step(Step.UPLOAD, 1), step(Step.INPUT, 1),
                        step(Step.QUEUE, 20), step(Step.TREE, 3), step(Step.RUN, 900), step(Step.COLLECT, 1),
                        step(Step.REMOTE, 940), step(Step.CHECK, 1), step(Step.WRITE, 2)),
                List.of(new JobRecord.Attempt("pc2", "refused: full"), new JobRecord.Attempt("pc3", "done")),
                new Proof(Proof.Kind.PROVEN, List.of(), ""));
    }

    private static Map.Entry<Step, Duration> step(Step step, long millis) {
        return Map.entry(step, Duration.ofMillis(millis));
    }

    private static JobRecord job(JobRecord.Decision decision, String reason, String cache, Map<Step, Duration> steps,
            List<JobRecord.Attempt> attempts, Proof proof) {
        boolean remote = decision == JobRecord.Decision.REMOTE;
        return new JobRecord("desk/1", Instant.EPOCH, "/home/u/p/secret.c", "secret.o", "/home/u/p",
                List.of("gcc", "-c", "secret.c"), decision, reason, remote ? "pc3" : "desk", 0, Duration.ofMillis(980),
                steps, Map.of(Step.DISCOVER, Duration.ofMillis(5)), remote ? Duration.ofMillis(850) : Duration.ZERO,
                attempts, "b42e2e786ae4", 240, 1000, 2000, 1 << 20, cache,
                decision == JobRecord.Decision.CACHED ? Duration.ofSeconds(2) : Duration.ZERO, proof, "desk", "");
    }
}

package dev.floe.node.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;

/** Records of jobs with what matters to metrics. */
final class EndedJob {
    private EndedJob() {}

    static JobRecord local(String reason, String... attempts) {
        return job(JobRecord.Decision.LOCAL, reason, "", Map.of(JobStep.PARSE, Duration.ofMillis(1)),
                List.of(attempts).stream().map(result -> new JobRecord.Attempt("pc2", result)).toList(),
                ResultProof.NONE);
    }

    static JobRecord cached(String cache) {
        return job(JobRecord.Decision.CACHED, "cache hit", cache, Map.of(JobStep.CACHE, Duration.ofMillis(3)),
                List.of(), ResultProof.NONE);
    }

    /** With all the steps that a remote job has. */
    static JobRecord remote() {
        return job(JobRecord.Decision.REMOTE, "compiled remotely", "miss: /home/u/p/secret.h changed",
                Map.ofEntries(step(JobStep.PARSE, 1), step(JobStep.TOOLCHAIN, 1), step(JobStep.SCAN, 7),
                        step(JobStep.CACHE, 2), step(JobStep.SCHEDULE, 4), step(JobStep.UPLOAD, 1),
                        step(JobStep.FETCH_INPUTS, 1),
                        step(JobStep.QUEUE, 20), step(JobStep.EXEC_ROOT, 3), step(JobStep.RUN, 900),
                        step(JobStep.COLLECT, 1),
                        step(JobStep.REMOTE_TOTAL, 940), step(JobStep.CHECK, 1), step(JobStep.WRITE, 2)),
                List.of(new JobRecord.Attempt("pc2", "refused: full"), new JobRecord.Attempt("pc3", "done")),
                new ResultProof(ResultProof.ProofKind.PROVEN, List.of(), ""));
    }

    private static Map.Entry<JobStep, Duration> step(JobStep step, long millis) {
        return Map.entry(step, Duration.ofMillis(millis));
    }

    private static JobRecord job(JobRecord.Decision decision, String reason, String cache, Map<JobStep, Duration> steps,
            List<JobRecord.Attempt> attempts, ResultProof proof) {
        boolean remote = decision == JobRecord.Decision.REMOTE;
        return new JobRecord("desk/1", Instant.EPOCH, "/home/u/p/secret.c", "secret.o", "/home/u/p",
                List.of("gcc", "-c", "secret.c"), decision, reason, remote ? "pc3" : "desk", 0, Duration.ofMillis(980),
                steps, Map.of(JobStep.SCAN, Duration.ofMillis(5)), remote ? Duration.ofMillis(850) : Duration.ZERO,
                attempts, "b42e2e786ae4", 240, 1000, 2000, 1 << 20, cache,
                decision == JobRecord.Decision.CACHED ? Duration.ofSeconds(2) : Duration.ZERO, proof, "desk", "");
    }
}

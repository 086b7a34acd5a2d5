package dev.floe.node.builds;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;

/** Records of jobs of a build that node {@code desk} submits; times in milliseconds since the first day. */
final class JobFixtures {
    private JobFixtures() {}

    static JobRecord remote(String build, int number, String node, long start, long total) {
        return job(build, number, start, total, Decision.REMOTE, "compiled remotely", node,
                Map.of(JobStep.PARSE, Duration.ofMillis(1), JobStep.REMOTE_TOTAL, Duration.ofMillis(total - 2),
                        JobStep.RUN,
                        Duration.ofMillis(total - 5)),
                Duration.ofMillis(total - 6), Duration.ZERO,
                new ResultProof(ResultProof.ProofKind.PROVEN, List.of(), ""));
    }

    static JobRecord local(String build, int number, String reason, long start, long total) {
        return job(build, number, start, total, Decision.LOCAL, reason, "desk",
                Map.of(JobStep.LOCAL_RUN, Duration.ofMillis(total)), Duration.ZERO, Duration.ZERO, ResultProof.NONE);
    }

    static JobRecord cached(String build, int number, long start, long total, long saved) {
        return job(build, number, start, total, Decision.CACHED, "cache hit", "desk",
                Map.of(JobStep.CACHE, Duration.ofMillis(total)), Duration.ZERO, Duration.ofMillis(saved),
                new ResultProof(ResultProof.ProofKind.NOT_OBSERVED, List.of(), "static"));
    }

    /** The same, each time a bit longer, which no record in a file says. */
    static JobRecord plusNanos(JobRecord job, long nanos) {
        return new JobRecord(job.id(), job.started().plusNanos(nanos), job.source(), job.output(), job.directory(),
                job.argv(), job.decision(), job.reason(), job.node(), job.exit(), job.total().plusNanos(nanos),
                job.steps(), job.cpu(), job.compiler().plusNanos(nanos), job.attempts(), job.toolchain(), job.inputs(),
                job.bytesSent(), job.bytesReceived(), job.maxRssBytes(), job.cache(), job.saved().plusNanos(nanos),
                job.proof(), job.submitter(), job.build());
    }

    private static JobRecord job(String build, int number, long start, long total, Decision decision, String reason,
            String node, Map<JobStep, Duration> steps, Duration compiler, Duration saved, ResultProof proof) {
        return new JobRecord("desk/" + number, Instant.EPOCH.plusMillis(start), "src/f" + number + ".c", "f.o",
                "/home/u/p/src", List.of("gcc", "-c", "src/f" + number + ".c"), decision, reason, node, 0,
                Duration.ofMillis(total), steps, Map.of(), compiler,
                decision == Decision.REMOTE ? List.of(new JobRecord.Attempt(node, "accepted")) : List.of(), "abc", 7,
                100, 50, 0, "", saved, proof, "desk", build);
    }
}

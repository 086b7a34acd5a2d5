package dev.floe.node.report.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;

final class JobsReportTest {
    private static JobRecord job(Decision decision, String node, String reason, Map<JobStep, Duration> steps,
            Duration compiler, String cache, ResultProof.ProofKind proof, List<JobRecord.Attempt> attempts) {
        return new JobRecord("desk/1", Instant.EPOCH, "/p/a.c", "/p/a.o", "/p", List.of("gcc", "-c", "a.c"), decision,
                reason, node, 0, Duration.ofMillis(900), steps, Map.of(), compiler, attempts, "abc", 7, 1, 2, 3, cache,
                Duration.ZERO, new ResultProof(proof, List.of(), ""), "desk", "b");
    }

    private static Map<JobStep, Duration> steps(Object... stepsAndMillis) {
        Map<JobStep, Duration> steps = new java.util.EnumMap<>(JobStep.class);
        for (int i = 0; i < stepsAndMillis.length; i += 2) {
            steps.put((JobStep) stepsAndMillis[i], Duration.ofMillis((Integer) stepsAndMillis[i + 1]));
        }
        return steps;
    }

    @Test
    void aRemoteJobHasItsQueueItsProofAndTheExecutorsThatFailed() {
        JobRecord job = job(Decision.REMOTE, "pc2", "compiled remotely",
                steps(JobStep.QUEUE, 12, JobStep.REMOTE_TOTAL, 850),
                Duration.ofMillis(830), "miss: not known", ResultProof.ProofKind.PROVEN,
                List.of(new JobRecord.Attempt("pi", "refused: full"), new JobRecord.Attempt("pc2", "done")));
        assertThat(JobsReport.row(job).split("\\s{2,}")).containsExactly("a.c", "remote", "pc2", "900 ms", "830 ms",
                "12 ms", "[miss: not known]", "[proven]", "after pi (refused: full)");
    }

    @Test
    void aLocalJobHasItsReasonAndItsWaitForASlot() {
        JobRecord job = job(Decision.LOCAL, "desk", "link step", steps(JobStep.LOCAL_QUEUE, 3), Duration.ZERO, "",
                ResultProof.ProofKind.NONE, List.of());
        assertThat(JobsReport.row(job).split("\\s{2,}")).containsExactly("a.c", "local", "desk", "900 ms", "-", "3 ms",
                "link step");
    }

    @Test
    void theStepsOfTheExecutorAreWithinTheStepThatContainsThem() {
        assertThat(
                JobsReport.steps(steps(JobStep.PARSE, 1, JobStep.SCAN, 6, JobStep.SCHEDULE, 2, JobStep.FETCH_INPUTS, 4,
                        JobStep.QUEUE, 12, JobStep.RUN, 800, JobStep.REMOTE_TOTAL, 850, JobStep.WRITE, 1)))
                .isEqualTo(
                        "parse 1  scan 6  schedule 2  remote-total 850 (fetch-inputs 4, queue 12, run 800)  write 1");
    }
}

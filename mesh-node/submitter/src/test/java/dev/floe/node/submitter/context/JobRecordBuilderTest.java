package dev.floe.node.submitter.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import jdk.jfr.FlightRecorder;

import dev.floe.node.bounds.PeerNumber;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;
import dev.floe.node.joblog.ResultProof.ProofKind;
import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.submitter.wrapper.HelloFrame;

/** What is recorded of a job, and what of it a peer may say. */
final class JobRecordBuilderTest {
    private static final HelloFrame HELLO = new HelloFrame(HelloFrame.Mode.AUTO, "", "", "", "/w", Optional.empty(),
            false, false, "gcc", List.of("gcc", "-c", "a.c"));
    private final JobRecordBuilder builder = new JobRecordBuilder("n1/1", "n1", "b", HELLO, Instant.EPOCH);

    private JobRecord record() {
        return builder.end(Decision.REMOTE, "compiled remotely", "n2", 0);
    }

    @Test
    void whatIsNotKnownToBeThePlainCompilersIsNotCalledProven() {
        assertThat(record().proof()).isEqualTo(ResultProof.NONE);
        builder.proven();
        assertThat(record().proof().kind()).isEqualTo(ProofKind.PROVEN);
        builder.notObserved("cc1 is static");
        assertThat(record().proof()).isEqualTo(new ResultProof(ProofKind.NOT_OBSERVED, List.of(), "cc1 is static"));
        builder.plain();
        assertThat(record().proof()).isEqualTo(ResultProof.NONE);
    }

    @Test
    void aRepeatedCompileIsRepairedByWhatItMissed() {
        builder.missed(List.of("/w/a.h", "/w/b.h"));
        builder.missed(List.of("/w/a.h"));
        builder.proven();
        assertThat(record().proof()).isEqualTo(new ResultProof(ProofKind.REPAIRED, List.of("/w/a.h", "/w/b.h"), ""));
    }

    @Test
    void nobodysFlightRecorderIsSetUp() {
        record();
        assertThat(FlightRecorder.isInitialized()).isFalse();
    }

    @Test
    void timesOfAPeerThatCannotBeAreBounded() {
        builder.effort(new ExecutionTimings(-1, Long.MAX_VALUE, 5, 6, 7, 1000, 500, 1, -1, 0, 0, 0));
        assertThat(record().steps()).containsEntry(JobStep.QUEUE, Duration.ZERO).containsEntry(JobStep.FETCH_INPUTS,
                Duration.ofDays(7));
        assertThat(record().steps().values()).allMatch(time -> !time.isNegative());
        assertThat(record().cpu().values()).allMatch(time -> !time.isNegative());
    }

    @Test
    void memoryOfAPeerThatCannotBeIsBounded() {
        builder.effort(new ExecutionTimings(0, 0, 0, 0, 0, 0, 0, Long.MAX_VALUE, 0, 0, 0, 0));
        assertThat(record().maxRssBytes()).isEqualTo(PeerNumber.MAX_MEMORY_BYTES);
        builder.effort(new ExecutionTimings(0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0));
        assertThat(record().maxRssBytes()).isZero();
    }

    @Test
    void theCompilersTimesOfAPeerDoNotOverflow() {
        builder.effort(new ExecutionTimings(0, 0, 0, 0, 0, Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, 0, Long.MAX_VALUE, 0));
        assertThat(record().compiler()).isEqualTo(PeerNumber.MAX_TIME);
        assertThat(record().cpu()).containsEntry(JobStep.RUN, PeerNumber.MAX_TIME);
    }

    @Test
    void aRunningJobShowsItsSourceStepAndNode() {
        assertThat(builder.running().step()).isEqualTo(JobStep.PARSE);
        assertThat(builder.running().source()).as("nothing better is known").isEqualTo("gcc");
        builder.command("/w/a.c", "/w/a.o");
        builder.lap(JobStep.PARSE);
        assertThat(builder.running().step()).isEqualTo(JobStep.TOOLCHAIN);
        builder.begins(JobStep.UPLOAD, "n2");
        assertThat(builder.running().step()).isEqualTo(JobStep.UPLOAD);
        assertThat(builder.running().executor()).isEqualTo("n2");
        assertThat(builder.running().source()).isEqualTo("/w/a.c");
    }

    @Test
    void lapsOfOneStepAddUp() {
        builder.lap(JobStep.CHECK);
        Duration first = record().steps().getOrDefault(JobStep.CHECK, Duration.ZERO);
        builder.lap(JobStep.WRITE);
        builder.lap(JobStep.CHECK);
        assertThat(record().steps().get(JobStep.CHECK)).isGreaterThan(first);
        assertThat(record().cpu()).containsKey(JobStep.CHECK).doesNotContainKey(JobStep.WRITE);
    }
}

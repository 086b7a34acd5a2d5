package dev.floe.node.executor.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.placement.AdmissionPolicy.RejectionReason;

/** How a refusal is counted, and what a job may use. */
final class RefusalTest {
    @ParameterizedTest
    @EnumSource(RejectionReason.class)
    void aRefusalIsCountedUnderItsReason(RejectionReason reason) {
        assertThat(Refusal.of(reason).name()).isEqualTo(reason.name());
        assertThat(Refusal.of(reason).key()).isEqualTo(reason.name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void aJobMayUseTenTimesItsShareOfTheMemoryWithinBounds() {
        assertThat(JobLimits.forNode(64L << 30, 32).memoryBytes()).isEqualTo(20L << 30);
        assertThat(JobLimits.forNode(8L << 30, 1).memoryBytes()).isEqualTo(8L << 30);
        assertThat(JobLimits.forNode(1L << 30, 1).memoryBytes()).isEqualTo(4L << 30);
        assertThat(JobLimits.forNode(64L << 30, 0).scratchBytes()).isEqualTo(4L << 30);
        assertThat(JobLimits.forNode(4L << 30, 16).scratchBytes()).isEqualTo(256L << 20);
        assertThat(JobLimits.forNode(64L << 30, 32).time()).isEqualTo(Duration.ofMinutes(30));
    }
}

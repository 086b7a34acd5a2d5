package dev.floe.placement.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.floe.placement.ranking.StragglerPolicy.RunningCopy;

class StragglerPolicyTest {
    private static final StragglerPolicy POLICY = StragglerPolicy.STANDARD;

    private static RunningCopy copy(double elapsed, double expected) {
        return new RunningCopy(seconds(elapsed), seconds(expected));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    @Test
    void aJobOnASlowNodeHasACopyOnAFastOne() {
        assertThat(POLICY.isWorthwhile(copy(0, 20), seconds(3))).isTrue();
        assertThat(POLICY.isWorthwhile(copy(10, 20), seconds(3))).isTrue();
    }

    @Test
    void aJobThatEndsSoonHasNone() {
        assertThat(POLICY.isWorthwhile(copy(16, 20), seconds(3))).isFalse();
        assertThat(POLICY.isLong(copy(19.5, 20))).isFalse();
    }

    @Test
    void aJobOnANodeThatIsAsFastHasNone() {
        assertThat(POLICY.isWorthwhile(copy(0, 3), seconds(3))).isFalse();
        assertThat(POLICY.isWorthwhile(copy(4, 3), seconds(3))).as("somewhat late").isFalse();
    }

    @Test
    void aJobThatHasTakenFarLongerThanExpectedHasOne() {
        assertThat(POLICY.isWorthwhile(copy(6, 3), seconds(3))).isTrue();
        assertThat(POLICY.isWorthwhile(copy(6, 3), seconds(5))).as("the copy takes too long").isFalse();
    }

    @Test
    void aShortJobIsNotLateBecauseOfAPause() {
        assertThat(POLICY.isLong(copy(1.5, 0.1))).isFalse();
        assertThat(POLICY.isLong(copy(2.5, 0.1))).isTrue();
    }

    @Test
    void withoutCopiesNothingIsWorthwhile() {
        assertThat(StragglerPolicy.NONE.maxCopies()).isZero();
    }
}

package dev.floe.placement.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

/** How long a node that has failed gets no job, and what it counts as meanwhile. */
class FailureBackoffTest {
    private static final Instant START = Instant.EPOCH.plusSeconds(1000);
    private final FailureBackoff backoff = new FailureBackoff(StalenessPolicy.STANDARD);

    /** Fails as soon as it may have a job again. */
    private Duration failAgain(Instant[] now) {
        backoff.failed(now[0]);
        Duration pause = backoff.pause(now[0]);
        now[0] = now[0].plus(pause);
        return pause;
    }

    @Test
    void thePauseDoublesUpToHalfAMinute() {
        Instant[] now = {START};
        for (int millis : new int[]{500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000}) {
            assertThat(failAgain(now)).isEqualTo(Duration.ofMillis(millis));
        }
    }

    @Test
    void failuresDuringAPauseCountNoMore() {
        backoff.failed(START);
        backoff.failed(START.plusMillis(499));
        assertThat(backoff.pause(START.plusMillis(499))).isEqualTo(Duration.ofMillis(1));
        assertThat(backoff.successRate(START)).isCloseTo(0.5, within(1e-9));
        backoff.failed(START.plusMillis(500));
        assertThat(backoff.pause(START.plusMillis(500))).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aSuccessEndsThePauseAndHalfOfTheDoubt() {
        backoff.failed(START);
        backoff.succeeded(START);
        assertThat(backoff.pause(START)).isZero();
        assertThat(backoff.isSuspected(START)).isFalse();
        assertThat(backoff.successRate(START)).isCloseTo(0.75, within(1e-9));
        assertThat(backoff.isSpotless()).isFalse();
        backoff.failed(START);
        assertThat(backoff.pause(START)).as("it begins with the first pause again").isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aLostRateComesBackWithTime() {
        backoff.failed(START);
        assertThat(backoff.successRate(START.plusSeconds(10))).isCloseTo(0.75, within(1e-9));
    }

    @Test
    void aNodeIsSuspectedForThreeSecondsAndDoubtfulAfterThreeFailures() {
        Instant[] now = {START};
        failAgain(now);
        assertThat(backoff.isSuspected(START.plusMillis(2999))).isTrue();
        assertThat(backoff.isSuspected(START.plusSeconds(3))).isFalse();
        failAgain(now);
        assertThat(backoff.isDoubtful()).isFalse();
        failAgain(now);
        assertThat(backoff.isDoubtful()).isTrue();
        backoff.succeeded(now[0]);
        assertThat(backoff.isDoubtful()).isFalse();
    }

    @Test
    void aNodeThatHasRestartedIsLikeNew() {
        backoff.failed(START);
        backoff.forget();
        assertThat(backoff.isSpotless()).isTrue();
        assertThat(backoff.pause(START)).isZero();
        assertThat(backoff.isSuspected(START)).isFalse();
    }
}

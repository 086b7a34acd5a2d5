package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

final class BackoffTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    /** Clocks of this kind overflow. */
    private static final long NOW = Long.MAX_VALUE - SECOND / 2;

    @Test
    void nothingIsPausedThatHasNotFailed() {
        assertThat(Backoff.fixed(Duration.ofSeconds(1)).isPaused(NOW)).isFalse();
        assertThat(Backoff.fixed(Duration.ofSeconds(1)).isPaused(-NOW)).isFalse();
    }

    @Test
    void aPauseEnds() {
        Backoff failed = Backoff.fixed(Duration.ofSeconds(1)).failed(NOW);
        assertThat(failed.isPaused(NOW)).isTrue();
        assertThat(failed.isPaused(NOW + SECOND - 1)).isTrue();
        assertThat(failed.isPaused(NOW + SECOND)).isFalse();
        assertThat(failed.failed(NOW).pause()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void pausesDoubleUpToABound() {
        Backoff backoff = Backoff.doubling(Duration.ofSeconds(2), Duration.ofSeconds(7)).failed(NOW);
        assertThat(backoff.pause()).isEqualTo(Duration.ofSeconds(2));
        backoff = backoff.failed(NOW);
        assertThat(backoff.pause()).isEqualTo(Duration.ofSeconds(4));
        backoff = backoff.failed(NOW);
        assertThat(backoff.pause()).isEqualTo(Duration.ofSeconds(7));
        assertThat(backoff.failed(NOW).pause()).isEqualTo(Duration.ofSeconds(7));
    }
}

package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

final class PublishTimerTest {
    private static final long MS = 1_000_000;

    private final PublishTimer due = new PublishTimer(PublishIntervals.STANDARD, 1);

    @Test
    void isNeverBeforeThereIsSomethingToTell() {
        due.scheduleRepeat(5);
        assertThat(due.delayNanos(0, 3)).isEqualTo(Long.MAX_VALUE);
        due.markDirty();
        assertThat(due.delayNanos(0, 3)).isZero();
    }

    @Test
    void tellsAChangeAtOnceButKeepsTheGap() {
        due.markPublished(0);
        due.markDirty();
        assertThat(due.delayNanos(40 * MS, 3)).isEqualTo(160 * MS);
        assertThat(due.delayNanos(200 * MS, 3)).isLessThanOrEqualTo(0);
        assertThat(due.delayNanos(200 * MS, 100)).as("2 s").isEqualTo(1800 * MS);
    }

    @Test
    void repeatsItselfAtTheHeartbeatOfTheMeshsSize() {
        due.markPublished(0);
        assertThat(due.delayNanos(0, 5)).isEqualTo(Duration.ofSeconds(3).toNanos());
        assertThat(due.delayNanos(0, 20)).isEqualTo(Duration.ofSeconds(12).toNanos());
        assertThat(due.delayNanos(0, 50)).isEqualTo(Duration.ofSeconds(30).toNanos());
        PublishTimer rare = new PublishTimer(PublishIntervals.STANDARD, 4);
        rare.markPublished(0);
        assertThat(rare.delayNanos(0, 50)).isEqualTo(Duration.ofSeconds(120).toNanos());
    }

    @Test
    void repeatsItselfEarlierWhenAsked() {
        due.markPublished(0);
        due.scheduleRepeat(700 * MS);
        due.scheduleRepeat(900 * MS);
        assertThat(due.delayNanos(0, 3)).isEqualTo(700 * MS);
        due.markPublished(700 * MS);
        assertThat(due.delayNanos(700 * MS, 3)).isEqualTo(3000 * MS);
    }
}

package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DueTest {
    private static final long MS = 1_000_000;

    private final Due due = new Due(Pace.STANDARD, 1);

    @Test
    void isNeverBeforeThereIsSomethingToTell() {
        due.again(5);
        assertThat(due.in(0, 3)).isEqualTo(Long.MAX_VALUE);
        due.change();
        assertThat(due.in(0, 3)).isZero();
    }

    @Test
    void tellsAChangeAtOnceButKeepsTheGap() {
        due.tell(0);
        due.change();
        assertThat(due.in(40 * MS, 3)).isEqualTo(60 * MS);
        assertThat(due.in(200 * MS, 3)).isLessThanOrEqualTo(0);
        assertThat(due.in(200 * MS, 100)).as("2 s").isEqualTo(1800 * MS);
    }

    @Test
    void repeatsItselfAtTheHeartbeatOfTheMeshsSize() {
        due.tell(0);
        assertThat(due.in(0, 50)).isEqualTo(Duration.ofSeconds(3).toNanos());
        assertThat(due.in(0, 51)).isEqualTo(Duration.ofSeconds(10).toNanos());
        Due rare = new Due(Pace.STANDARD, 4);
        rare.tell(0);
        assertThat(rare.in(0, 50)).isEqualTo(Duration.ofSeconds(12).toNanos());
    }

    @Test
    void repeatsItselfEarlierWhenAsked() {
        due.tell(0);
        due.again(700 * MS);
        due.again(900 * MS);
        assertThat(due.in(0, 3)).isEqualTo(700 * MS);
        due.tell(700 * MS);
        assertThat(due.in(700 * MS, 3)).isEqualTo(3000 * MS);
    }
}

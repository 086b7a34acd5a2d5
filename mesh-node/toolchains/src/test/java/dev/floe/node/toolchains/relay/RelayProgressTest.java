package dev.floe.node.toolchains.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

final class RelayProgressTest {
    private long now;
    private final RelayProgress progress = new RelayProgress(1000, () -> now);

    private boolean report(long seconds, long received) throws HolderFailedException {
        now += TimeUnit.SECONDS.toNanos(seconds);
        return progress.report(received);
    }

    @Test
    void awaitsARelayThatGetsOn() throws HolderFailedException {
        assertThat(report(0, 0)).isTrue();
        for (int i = 1; i < 10; i++) {
            assertThat(report(29, i)).isTrue();
        }
        assertThat(report(29, 9)).isFalse();
        assertThat(report(1, 1000)).isTrue();
    }

    @Test
    void givesUpARelayThatStands() throws HolderFailedException {
        report(0, 7);
        assertThat(report(30, 7)).isFalse();
        assertThatThrownBy(() -> report(1, 7)).isInstanceOf(HolderFailedException.class);
    }

    @Test
    void numbersThatGoUpAndDownAreNoProgress() throws HolderFailedException {
        assertThat(report(0, 7)).isTrue();
        assertThat(report(20, 3)).isFalse();
        assertThatThrownBy(() -> report(20, 7)).isInstanceOf(HolderFailedException.class);
    }

    @Test
    void noRelayHasMoreThanThereIs() throws HolderFailedException {
        assertThat(report(0, 1001)).isFalse();
        assertThatThrownBy(() -> report(31, Long.MAX_VALUE)).isInstanceOf(HolderFailedException.class);
    }
}

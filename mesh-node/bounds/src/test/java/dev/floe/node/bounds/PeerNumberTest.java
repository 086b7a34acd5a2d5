package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

final class PeerNumberTest {
    @Test
    void leavesWhatCanBeTrue() {
        assertThat(PeerNumber.millis(1500)).isEqualTo(Duration.ofMillis(1500));
        assertThat(PeerNumber.micros(1500, 500)).isEqualTo(Duration.ofMillis(2));
        assertThat(PeerNumber.memoryBytes(4096)).isEqualTo(4096);
    }

    @Test
    void boundsWhatCannot() {
        assertThat(PeerNumber.millis(-1)).isZero();
        assertThat(PeerNumber.millis(Long.MAX_VALUE)).isEqualTo(PeerNumber.MAX_TIME);
        assertThat(PeerNumber.micros(Long.MIN_VALUE)).isZero();
        assertThat(PeerNumber.memoryBytes(-1)).isZero();
        assertThat(PeerNumber.memoryBytes(Long.MAX_VALUE)).isEqualTo(PeerNumber.MAX_MEMORY_BYTES);
    }

    @Test
    void aSumDoesNotOverflow() {
        assertThat(PeerNumber.micros(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(PeerNumber.MAX_TIME);
        assertThat(PeerNumber.micros(Long.MAX_VALUE, -1)).isEqualTo(PeerNumber.MAX_TIME);
    }
}

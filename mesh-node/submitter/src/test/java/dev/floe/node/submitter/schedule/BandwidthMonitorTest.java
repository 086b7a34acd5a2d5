package dev.floe.node.submitter.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.Test;

final class BandwidthMonitorTest {
    private static final Duration TRIP = Duration.ofMillis(40);
    private static final long MIB = 1 << 20;

    private final BandwidthMonitor monitor = new BandwidthMonitor();

    @Test
    void subtractsTheRoundTrip() {
        assertThat(monitor.add("far", MIB, Duration.ofMillis(540), TRIP)).hasValue(2.0 * MIB);
    }

    @Test
    void countsTheFastestOfTheLastFew() {
        monitor.add("far", MIB, Duration.ofMillis(140), TRIP);
        for (int i = 1; i < BandwidthMonitor.COUNTED; i++) {
            assertThat(monitor.add("far", MIB, Duration.ofMillis(1040), TRIP)).hasValue(10.0 * MIB);
        }
        assertThat(monitor.add("far", MIB, Duration.ofMillis(1040), TRIP)).hasValue(1.0 * MIB);
    }

    @Test
    void fewBytesTellNothing() {
        assertThat(monitor.add("far", BandwidthMonitor.MIN_BYTES - 1, Duration.ofMillis(900), TRIP)).isEmpty();
        assertThat(monitor.add("far", BandwidthMonitor.MIN_BYTES, Duration.ofMillis(540), TRIP))
                .hasValue(2.0 * BandwidthMonitor.MIN_BYTES);
    }

    @Test
    void aTimeThatCannotBeIsAMillisecond() {
        assertThat(monitor.add("near", MIB, Duration.ZERO, TRIP)).hasValue(1000.0 * MIB);
    }

    @Test
    void forgetsNodesThatHaveLeft() {
        monitor.add("far", MIB, Duration.ofMillis(140), TRIP);
        monitor.retain(Set.of("near"));
        assertThat(monitor.add("far", MIB, Duration.ofMillis(1040), TRIP)).hasValue(1.0 * MIB);
    }
}

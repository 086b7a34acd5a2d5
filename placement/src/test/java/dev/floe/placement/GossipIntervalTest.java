package dev.floe.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GossipIntervalTest {
    @ParameterizedTest
    @CsvSource({"0, 200", "1, 200", "3, 200", "5, 200", "6, 252", "8, 448", "16, 1792", "17, 2000", "100, 2000",
            "101, 2020",
            "1000, 20000"})
    void growsWithTheMesh(int nodes, long millis) {
        assertThat(GossipInterval.STANDARD.of(nodes)).isEqualTo(Duration.ofMillis(millis));
    }
}

package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a node holds its tongue, as the placement's simulator plays it too. */
final class PaceTest {
    @ParameterizedTest
    @CsvSource({"1, 100", "2, 120", "17, 1020", "33, 1980", "34, 2000", "100, 2000", "101, 2020", "1000, 20000"})
    void leavesAGapThatGrowsWithTheMesh(int nodes, long millis) {
        assertThat(Duration.ofNanos(Pace.STANDARD.gapNanos(nodes))).isEqualTo(Duration.ofMillis(millis));
    }
}

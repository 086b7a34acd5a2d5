package dev.floe.node.submitter.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounds that docs/architecture.md names. */
final class PatienceTest {
    @ParameterizedTest
    @CsvSource({"false,2,2,60", "false,0,0,60", "false,10,2,80", "false,2,10,80", "true,2,2,240", "true,10,10,320"})
    void isAMinuteOrEightTimesThePrediction(boolean insist, int predicted, int run, int seconds) {
        assertThat(PlacementRequestFactory.patience(insist, Duration.ofSeconds(predicted), Duration.ofSeconds(run)))
                .isEqualTo(Duration.ofSeconds(seconds));
    }
}

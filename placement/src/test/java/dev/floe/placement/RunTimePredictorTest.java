package dev.floe.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;

import org.junit.jupiter.api.Test;

class RunTimePredictorTest {
    private final RunTimePredictor times = new RunTimePredictor(100, Duration.ofSeconds(1));

    @Test
    void predictsWhatItWasToldBeforeAnythingWasSeen() {
        assertThat(times.predict("a.c", "-O2", 5000)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void predictsAKnownSourceByItsRecentTimes() {
        times.observed("a.c", "-O2", 5000, Duration.ofSeconds(2));
        times.observed("a.c", "-O2", 5000, Duration.ofSeconds(3));
        assertThat(times.predict("a.c", "-O2", 0).toMillis()).isEqualTo(2300);
    }

    @Test
    void keepsClassesOfFlagsApart() {
        times.observed("a.c", "-O0", 5000, Duration.ofSeconds(1));
        times.observed("a.c", "-O2", 5000, Duration.ofSeconds(4));
        assertThat(times.predict("a.c", "-O0", 5000)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void predictsAnUnknownSourceByItsSizeWithinWhatWasSeen() {
        for (int i = 1; i <= 20; i++) {
            times.observed(i + ".c", "-O2", i * 1000L, Duration.ofMillis(100 + i * 50));
        }
        assertThat((double) times.predict("new.c", "-O2", 10_500).toMillis()).isCloseTo(625, within(1.0));
        assertThat(times.predict("new.c", "-O2", 1_000_000)).isEqualTo(Duration.ofMillis(1100));
        assertThat(times.predict("new.c", "-O2", 1)).isEqualTo(Duration.ofMillis(150));
    }

    @Test
    void predictsAnUnknownSizeLongerThanThreeQuartersOfWhatWasSeen() {
        for (int i = 1; i <= 20; i++) {
            times.observed(i + ".c", "-O2", 0, Duration.ofSeconds(i));
        }
        assertThat(times.predict("new.c", "-O2", 0)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void forgetsTheLeastRecentlyUsedSource() {
        for (int i = 0; i < 250; i++) {
            times.observed(i + ".c", "-O2", 0, Duration.ofSeconds(i));
        }
        assertThat(times.size()).isEqualTo(100);
        assertThat(times.predict("249.c", "-O2", 0)).isEqualTo(Duration.ofSeconds(249));
    }
}

package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.Test;

final class RateLimitedLoggerTest {
    private static final Duration GAP = Duration.ofMinutes(1);

    private final AtomicLong now = new AtomicLong(-7);
    static {
        Configurator.setLevel("rate limited", Level.OFF);
    }

    private final RateLimitedLogger warnings = new RateLimitedLogger(LogManager.getLogger("rate limited"), GAP,
            now::get);

    @Test
    void warnsOnceInATime() {
        assertThat(warnings.warn("a", "full: {}", 1)).isTrue();
        assertThat(warnings.warn("a", "full: {}", 2)).isFalse();
        now.addAndGet(GAP.toNanos());
        assertThat(warnings.warn("a", "full: {}", 3)).isTrue();
        assertThat(warnings.warn("a", "full: {}", 4)).isFalse();
    }

    @Test
    void warnsOfEachSubject() {
        assertThat(warnings.warn("a", "refused")).isTrue();
        assertThat(warnings.warn("b", "refused")).isTrue();
        assertThat(warnings.warn("a", "refused")).isFalse();
    }

    @Test
    void forgetsSubjectsThatAreTooMany() {
        for (int i = 0; i < 1000; i++) {
            assertThat(warnings.warn("subject " + i, "refused")).isTrue();
        }
        assertThat(warnings.warn("subject 999", "refused")).isFalse();
        assertThat(warnings.warn("subject 0", "refused")).as("it is not remembered").isTrue();
    }
}

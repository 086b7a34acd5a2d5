package dev.floe.node.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

final class AuditSamplerTest {
    private static long taken(AuditSampler draw) {
        return IntStream.range(0, 100_000).filter(i -> draw.isSampled("node/" + i)).count();
    }

    @Test
    void takesTheShareThatIsAskedFor() {
        assertThat(taken(new AuditSampler(7, 1))).isBetween(900L, 1100L);
        assertThat(taken(new AuditSampler(7, 33.3))).isBetween(32_800L, 33_800L);
        assertThat(taken(new AuditSampler(7, 0))).isZero();
        assertThat(taken(new AuditSampler(7, 100))).isEqualTo(100_000);
    }

    @Test
    void dependsOnSeedAndJobAlone() {
        for (int i = 0; i < 1000; i++) {
            assertThat(new AuditSampler(7, 50).isSampled("a/" + i))
                    .isEqualTo(new AuditSampler(7, 50).isSampled("a/" + i));
        }
        long both = IntStream.range(0, 10_000)
                .filter(i -> new AuditSampler(7, 50).isSampled("a/" + i) && new AuditSampler(8, 50).isSampled("a/" + i))
                .count();
        assertThat(both).isBetween(2300L, 2700L);
    }

    @Test
    void refusesWhatIsNoShare() {
        for (double percent : new double[]{-1, 100.1, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new AuditSampler(0, percent));
        }
    }
}

package dev.floe.node.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DrawTest {
    private static long taken(Draw draw) {
        return IntStream.range(0, 100_000).filter(i -> draw.takes("node/" + i)).count();
    }

    @Test
    void takesTheShareThatIsAskedFor() {
        assertThat(taken(new Draw(7, 1))).isBetween(900L, 1100L);
        assertThat(taken(new Draw(7, 33.3))).isBetween(32_800L, 33_800L);
        assertThat(taken(new Draw(7, 0))).isZero();
        assertThat(taken(new Draw(7, 100))).isEqualTo(100_000);
    }

    @Test
    void dependsOnSeedAndJobAlone() {
        for (int i = 0; i < 1000; i++) {
            assertThat(new Draw(7, 50).takes("a/" + i)).isEqualTo(new Draw(7, 50).takes("a/" + i));
        }
        long both = IntStream.range(0, 10_000)
                .filter(i -> new Draw(7, 50).takes("a/" + i) && new Draw(8, 50).takes("a/" + i)).count();
        assertThat(both).isBetween(2300L, 2700L);
    }

    @Test
    void refusesWhatIsNoShare() {
        for (double percent : new double[]{-1, 100.1, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Draw(0, percent));
        }
    }
}

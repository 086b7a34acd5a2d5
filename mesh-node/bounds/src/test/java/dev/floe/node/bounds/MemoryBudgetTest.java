package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget hasty = new MemoryBudget(100, Duration.ofMillis(1));

    @Test
    void refusesWhatItHasNotAndGivesBackWhatIsClosed() throws Exception {
        MemoryBudget.Share share = hasty.acquire("a", 60);
        assertThatThrownBy(() -> hasty.acquire("b", 41)).isInstanceOf(MemoryExhaustedException.class)
                .hasMessageContaining("b").hasMessageContaining("60 of 100");
        share.close();
        share.close();
        assertThat(hasty.usedBytes()).isZero();
        hasty.acquire("b", 100).close();
        assertThatThrownBy(() -> hasty.acquire("b", 101)).isInstanceOf(MemoryExhaustedException.class);
    }

    @Test
    void leavesHalfToOthers() throws Exception {
        try (MemoryBudget.Share _ = hasty.acquire("a", 30)) {
            assertThatThrownBy(() -> hasty.acquire("a", 21)).isInstanceOf(MemoryExhaustedException.class);
            hasty.acquire("a", 20).close();
            hasty.acquire("b", 70).close();
        }
    }

    @Test
    void waitsForMemoryThatComesFree() throws Exception {
        MemoryBudget patient = new MemoryBudget(100, Duration.ofMinutes(5));
        MemoryBudget.Share first = patient.acquire("a", 80);
        CompletableFuture<MemoryBudget.Share> second = CompletableFuture.supplyAsync(() -> {
            try {
                return patient.acquire("b", 50);
            } catch (MemoryExhaustedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(second).isNotDone();
        first.close();
        second.get().close();
        assertThat(patient.usedBytes()).isZero();
    }
}

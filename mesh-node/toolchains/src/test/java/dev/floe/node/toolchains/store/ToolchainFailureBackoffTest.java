package dev.floe.node.toolchains.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.floe.toolchain.ToolchainId;

final class ToolchainFailureBackoffTest {
    private static final ToolchainId GCC = new ToolchainId("ab".repeat(32));
    private static final ToolchainId CLANG = new ToolchainId("cd".repeat(32));

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000); // it wraps round soon
    private final ToolchainFailureBackoff troubles = new ToolchainFailureBackoff(now::get);

    @Test
    void leavesAToolchainAloneForAWhile() {
        troubles.add(GCC, "full", () -> false);
        assertThat(troubles.find(GCC)).contains("full");
        assertThat(troubles.find(CLANG)).isEmpty();
        assertThat(troubles.all()).containsOnlyKeys(GCC);
        pass(ToolchainFailureBackoff.FIRST_PAUSE);
        assertThat(troubles.find(GCC)).isEmpty();
        assertThat(troubles.all()).isEmpty();
    }

    @Test
    void waitsTwiceAsLongAfterEachFailure() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 20; i++) {
            Duration pause = troubles.add(GCC, "full", () -> false);
            assertThat(pause).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(ToolchainFailureBackoff.MAX_PAUSE);
            pass(pause);
            assertThat(troubles.find(GCC)).isEmpty();
            last = pause;
        }
        assertThat(last).isEqualTo(ToolchainFailureBackoff.MAX_PAUSE);
    }

    @Test
    void endsWhenTheCauseIsGone() {
        AtomicBoolean gone = new AtomicBoolean();
        troubles.add(GCC, "full", gone::get);
        assertThat(troubles.find(GCC)).isPresent();
        gone.set(true);
        assertThat(troubles.find(GCC)).isEmpty();
    }

    @Test
    void beginsAnewOnceTheToolchainWasHere() {
        troubles.add(GCC, "full", () -> false);
        troubles.add(GCC, "full", () -> false);
        assertThat(troubles.remove(GCC)).isTrue();
        assertThat(troubles.remove(GCC)).isFalse();
        assertThat(troubles.find(GCC)).isEmpty();
        assertThat(troubles.add(GCC, "full", () -> false)).isEqualTo(ToolchainFailureBackoff.FIRST_PAUSE);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}

package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IdleHeapTrimmerTest {
    private int collections;
    private boolean overloaded;
    private final IdleHeapTrimmer trimmer = new IdleHeapTrimmer(() -> overloaded, () -> collections++);

    @Test
    void collectsOnceAfterEachBusyTime() {
        trimmer.look(5, false);
        trimmer.look(7, true);
        assertThat(collections).as("something has just been done").isZero();
        trimmer.look(7, true);
        trimmer.look(7, true);
        assertThat(collections).isEqualTo(1);
        trimmer.look(8, true);
        trimmer.look(8, true);
        assertThat(collections).isEqualTo(2);
    }

    @Test
    void doesNotCollectWhileJobsRun() {
        trimmer.look(7, false);
        trimmer.look(7, false);
        assertThat(collections).isZero();
    }

    @Test
    void waitsWhileTheMachineIsOverloaded() {
        overloaded = true;
        trimmer.look(7, true);
        trimmer.look(7, true);
        trimmer.look(7, true);
        assertThat(collections).isZero();
        overloaded = false;
        trimmer.look(7, true);
        assertThat(collections).isEqualTo(1);
    }
}

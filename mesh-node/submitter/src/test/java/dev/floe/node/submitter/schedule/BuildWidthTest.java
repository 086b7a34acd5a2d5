package dev.floe.node.submitter.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class BuildWidthTest {
    private static final long MUCH_MEMORY = 64L << 30;

    private static int width(int local, int remote) {
        return new BuildWidth(local, remote, MUCH_MEMORY).width();
    }

    @Test
    void aloneItIsAsWideAsThisMachine() {
        assertThat(width(8, 0)).isEqualTo(8);
    }

    @Test
    void aRemoteSlotCountsAQuarterMore() {
        assertThat(width(2, 16)).isEqualTo(22);
    }

    @Test
    void aFractionIsACommandMore() {
        assertThat(width(2, 1)).isEqualTo(4);
        assertThat(width(2, 2)).isEqualTo(5);
    }

    @Test
    void noMeshMakesItWiderThanTheBound() {
        assertThat(width(8, 100_000)).isEqualTo(BuildWidth.MAX_WIDTH);
        assertThat(width(8, Integer.MAX_VALUE)).isEqualTo(BuildWidth.MAX_WIDTH);
    }

    @Test
    void commandsThatWaitFitIntoMemory() {
        assertThat(new BuildWidth(4, 400, 512L << 20).width()).isEqualTo(128);
    }

    @Test
    void noBoundTakesThisMachinesOwnSlots() {
        assertThat(width(2000, 10)).isEqualTo(2000);
        assertThat(new BuildWidth(4, 400, 0).width()).isEqualTo(4);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> new BuildWidth(0, 1, MUCH_MEMORY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BuildWidth(1, -1, MUCH_MEMORY)).isInstanceOf(IllegalArgumentException.class);
    }
}

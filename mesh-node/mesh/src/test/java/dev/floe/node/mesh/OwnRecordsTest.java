package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.NodeStateSource;
import dev.floe.node.mesh.state.StateVersion;

final class OwnRecordsTest {
    private static final int ONE = 1;
    private static final NodeStateSource SOURCE = _ -> state(8);

    private final OwnRecords own = new OwnRecords(PublishIntervals.STANDARD);

    private static NodeState state(int freeSlots) {
        return new NodeState(StateVersion.NONE, freeSlots, 0, 0, 0, 0, 1L << 30, false);
    }

    @Test
    void nothingIsDueBeforeThereIsSomething() {
        assertThat(own.delayNanos(0, ONE)).isPositive();
        assertThat(own.takeInfo(0, ONE, () -> StateVersion.NONE)).isNull();
        assertThat(own.takeState(0, ONE)).isNull();
    }

    @Test
    void theFirstStateIsNewsAndIsDueOnce() {
        assertThat(own.set(state(8), SOURCE)).isTrue();
        assertThat(own.delayNanos(0, ONE)).isLessThanOrEqualTo(0);
        assertThat(own.takeState(0, ONE)).isSameAs(SOURCE);
        assertThat(own.takeState(0, ONE)).isNull();
        assertThat(own.state()).isEqualTo(state(8));
    }

    @Test
    void aStateLikeThePublishedOneIsNoNews() {
        own.set(state(8), SOURCE);
        own.takeState(0, ONE);
        own.published(state(8));
        assertThat(own.set(state(8), SOURCE)).isFalse();
        assertThat(own.set(state(0), SOURCE)).as("a node that became full").isTrue();
    }

    @Test
    void whatIsSaidBeforeItIsPublishedIsNews() {
        own.set(state(8), SOURCE);
        own.takeState(0, ONE);
        assertThat(own.set(state(8), SOURCE)).isTrue();
    }
}

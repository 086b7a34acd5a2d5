package dev.floe.node.mesh.maps;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.infinispan.container.entries.CacheEntry;
import org.infinispan.container.entries.ImmortalCacheEntry;
import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeRecord;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.ResultIndexEntry;
import dev.floe.node.mesh.state.ResultKey;
import dev.floe.node.mesh.state.StateVersion;

/** What holds of two records of one key after a partition. */
final class PartitionMergeTest {
    private static final NodeId A = new NodeId(0, 1);
    private static final NodeId B = new NodeId(0, 2);

    @SuppressWarnings("unchecked")
    private static CacheEntry<String, NodeRecord> state(long epoch, long sequence) {
        return new ImmortalCacheEntry("n", new NodeState(new StateVersion(epoch, sequence), 1, 0, 0, 0, 0, 1, false));
    }

    @SuppressWarnings("unchecked")
    private static CacheEntry<ResultKey, ResultIndexEntry> entry(ResultIndexEntry value) {
        return new ImmortalCacheEntry(new ResultKey(1, 2, 3, 4), value);
    }

    @Test
    void ofANodesRecordsTheLatestHolds() {
        LatestStampMergePolicy policy = new LatestStampMergePolicy();
        assertThat(policy.merge(state(1, 9), List.of(state(2, 1), state(1, 10)))).isEqualTo(state(2, 1));
        assertThat(policy.merge(state(2, 1), List.of(state(1, 10)))).isEqualTo(state(2, 1));
        assertThat(policy.merge(null, List.of(state(1, 1)))).as("a record beats none").isEqualTo(state(1, 1));
        assertThat(policy.merge(null, List.of())).isNull();
    }

    @Test
    void aResultIsHeldByAllWhoHeldItOnEitherSide() {
        HolderUnionMergePolicy policy = new HolderUnionMergePolicy();
        ResultIndexEntry merged = requireNonNull(policy.merge(entry(ResultIndexEntry.NONE.heldBy(A)),
                List.of(entry(ResultIndexEntry.NONE.heldBy(B)), entry(ResultIndexEntry.NONE.madeBy(B, 7))))).getValue();
        assertThat(merged.holders()).containsExactlyInAnyOrder(A, B);
        assertThat(merged.maker()).as("who makes it counts where nobody holds it").isEqualTo(NodeId.NONE);
    }

    @Test
    void aResultThatNobodyHoldsIsStillBeingMade() {
        ResultIndexEntry merged = requireNonNull(new HolderUnionMergePolicy().merge(null,
                List.of(entry(ResultIndexEntry.NONE.madeBy(B, 7))))).getValue();
        assertThat(merged.maker()).isEqualTo(B);
        assertThat(merged.ticket()).isEqualTo(7);
        assertThat(new HolderUnionMergePolicy().merge(null, List.of())).isNull();
    }
}

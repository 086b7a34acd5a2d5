package dev.floe.node.mesh.maps;

import java.util.List;

import org.infinispan.conflict.EntryMergePolicy;
import org.infinispan.container.entries.CacheEntry;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.state.NodeRecord;

/**
 * After a partition the record with the latest stamp holds. A record beats none: at worst one of a node that has left
 * comes back, which nobody reads and the coordinator removes.
 */
final class LatestStampMergePolicy implements EntryMergePolicy<String, NodeRecord> {
    @Override
    public @Nullable CacheEntry<String, NodeRecord> merge(@Nullable CacheEntry<String, NodeRecord> preferred,
            List<CacheEntry<String, NodeRecord>> others) {
        CacheEntry<String, NodeRecord> best = holds(preferred) ? preferred : null;
        for (CacheEntry<String, NodeRecord> other : others) {
            if (holds(other) && (best == null || other.getValue().stamp().isAfter(best.getValue().stamp()))) {
                best = other;
            }
        }
        return best;
    }

    private static boolean holds(@Nullable CacheEntry<String, NodeRecord> entry) {
        return entry != null && entry.getValue() != null;
    }
}

package dev.floe.node.mesh.maps;

import java.util.List;

import org.infinispan.conflict.EntryMergePolicy;
import org.infinispan.container.entries.CacheEntry;
import org.infinispan.container.entries.ImmortalCacheEntry;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.state.ResultIndexEntry;
import dev.floe.node.mesh.state.ResultKey;

/**
 * After a partition a result is held by all who held it on either side; that it is being made counts only where nobody
 * holds it. Nothing is lost by that: at worst a holder is named that has dropped the result since, and says so when
 * asked.
 */
final class HolderUnionMergePolicy implements EntryMergePolicy<ResultKey, ResultIndexEntry> {
    @Override
    public @Nullable CacheEntry<ResultKey, ResultIndexEntry> merge(
            @Nullable CacheEntry<ResultKey, ResultIndexEntry> preferred,
            List<CacheEntry<ResultKey, ResultIndexEntry>> others) {
        CacheEntry<ResultKey, ResultIndexEntry> first = holds(preferred) ? preferred : null;
        ResultIndexEntry union = first == null ? ResultIndexEntry.NONE : first.getValue();
        for (CacheEntry<ResultKey, ResultIndexEntry> other : others) {
            if (holds(other)) {
                first = first == null ? other : first;
                union = union.union(other.getValue());
            }
        }
        return first == null || first.getValue().equals(union) ? first : immortal(first.getKey(), union);
    }

    @SuppressWarnings("unchecked")
    private static CacheEntry<ResultKey, ResultIndexEntry> immortal(ResultKey key, ResultIndexEntry value) {
        return new ImmortalCacheEntry(key, value);
    }

    private static boolean holds(@Nullable CacheEntry<ResultKey, ResultIndexEntry> entry) {
        return entry != null && entry.getValue() != null;
    }
}

package dev.floe.node.mesh.membership;

import java.util.List;

import org.infinispan.conflict.EntryMergePolicy;
import org.infinispan.container.entries.CacheEntry;
import org.infinispan.container.entries.ImmortalCacheEntry;
import org.jspecify.annotations.Nullable;

/** After a partition an invitation has been used by all who have used it on either side. */
public final class UsedInvitationMergePolicy implements EntryMergePolicy<String, InvitationRecord> {
    @Override
    @SuppressWarnings("unchecked")
    public @Nullable CacheEntry<String, InvitationRecord> merge(
            @Nullable CacheEntry<String, InvitationRecord> preferred,
            List<CacheEntry<String, InvitationRecord>> others) {
        InvitationRecord union = preferred == null ? null : preferred.getValue();
        String key = preferred == null ? "" : preferred.getKey();
        for (CacheEntry<String, InvitationRecord> other : others) {
            if (other != null && other.getValue() != null) {
                union = union == null ? other.getValue() : union.union(other.getValue());
                key = other.getKey();
            }
        }
        return union == null ? null : new ImmortalCacheEntry(key, union);
    }
}

package dev.floe.node.parts;

import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.cache.transfer.CacheStats;
import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.metrics.NodeReadings;
import dev.floe.store.content.ContentStore;

/** The readings of a running node for its metrics. */
record LiveNodeReadings(SubmitterParts.Below parts, ResultAuditor auditor) implements NodeReadings {
    @Override
    public SlotPool.SlotUsage use() {
        return parts.capacity().admission().use();
    }

    @Override
    public ExecutorStats tally() {
        return parts.executor().executor().tally();
    }

    @Override
    public int runningJobs() {
        return parts.storage().log().running().count();
    }

    @Override
    public boolean draining() {
        return parts.capacity().mode().isDraining();
    }

    @Override
    public Roster roster() {
        return parts.mesh().group().roster();
    }

    @Override
    public GroupStatus groupStatus() {
        return parts.mesh().group().status();
    }

    @Override
    public ContentStore.Stats store() {
        return parts.storage().store().stats();
    }

    @Override
    public CacheStats cache() {
        return parts.cache().cache().stats();
    }

    @Override
    public ResultAuditor.AuditCounts audits() {
        return auditor.counts();
    }

    @Override
    public int quarantined() {
        return parts.cache().findings().quarantine().all().size();
    }
}

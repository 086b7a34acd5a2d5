package dev.floe.node;

import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.cache.CacheStats;
import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.executor.SlotPool;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.metrics.NodeReadings;
import dev.floe.store.ContentStore;

/** The readings of a running node for its metrics. */
final class LiveNodeReadings implements NodeReadings {
    private final Node node;

    LiveNodeReadings(Node node) {
        this.node = node;
    }

    @Override
    public SlotPool.SlotUsage use() {
        return node.executor().use();
    }

    @Override
    public ExecutorStats tally() {
        return node.executor().tally();
    }

    @Override
    public int runningJobs() {
        return node.log().running().count();
    }

    @Override
    public boolean draining() {
        return node.draining();
    }

    @Override
    public Roster roster() {
        return node.group().roster();
    }

    @Override
    public GroupStatus groupStatus() {
        return node.group().status();
    }

    @Override
    public ContentStore.Stats store() {
        return node.store().stats();
    }

    @Override
    public CacheStats cache() {
        return node.cache().stats();
    }

    @Override
    public ResultAuditor.AuditCounts audits() {
        return node.audits().counts();
    }

    @Override
    public int quarantined() {
        return node.findings().quarantine().all().size();
    }
}

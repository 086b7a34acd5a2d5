package dev.floe.node.metrics;

import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.cache.transfer.CacheStats;
import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.Roster;
import dev.floe.store.content.ContentStore;

/** The readings of a node that the metrics take at each rendering. Each is cheap and can be called by any thread. */
public interface NodeReadings {
    /** Slots with those kept for jobs whose inputs travel. */
    SlotPool.SlotUsage use();

    /** What this node has done for others. */
    ExecutorStats tally();

    /** Jobs submitted on this machine that have not ended. */
    int runningJobs();

    /** Whether this node is about to leave. */
    boolean draining();

    /** All nodes of the mesh, this one among them. */
    Roster roster();

    GroupStatus groupStatus();

    ContentStore.Stats store();

    CacheStats cache();

    ResultAuditor.AuditCounts audits();

    /** Makers whose results this node does not use. */
    int quarantined();
}

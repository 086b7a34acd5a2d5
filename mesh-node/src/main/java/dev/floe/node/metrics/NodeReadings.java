package dev.floe.node.metrics;

import dev.floe.node.audit.Auditor;
import dev.floe.node.cache.Stats;
import dev.floe.node.execute.Slots;
import dev.floe.node.execute.Tally;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.Roster;
import dev.floe.store.ContentStore;

/** What the metrics read of a node at each rendering. Each is cheap and can be called by any thread. */
public interface NodeReadings {
    /** Slots with those kept for jobs whose inputs travel. */
    Slots.Use use();

    /** What this node has done for others. */
    Tally tally();

    /** Jobs submitted on this machine that have not ended. */
    int runningJobs();

    /** Whether this node is about to leave. */
    boolean draining();

    /** All nodes of the mesh, this one among them. */
    Roster roster();

    GroupStatus groupStatus();

    ContentStore.Stats store();

    Stats cache();

    Auditor.Counts audits();

    /** Makers whose results this node does not use. */
    int quarantined();
}

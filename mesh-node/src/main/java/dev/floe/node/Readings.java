package dev.floe.node;

import dev.floe.node.audit.Auditor;
import dev.floe.node.cache.Stats;
import dev.floe.node.execute.Slots;
import dev.floe.node.execute.Tally;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.metrics.NodeReadings;
import dev.floe.store.ContentStore;

/** What the metrics read of a running node. */
final class Readings implements NodeReadings {
    private final Node node;

    Readings(Node node) {
        this.node = node;
    }

    @Override
    public Slots.Use use() {
        return node.executor().use();
    }

    @Override
    public Tally tally() {
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
    public Stats cache() {
        return node.cache().stats();
    }

    @Override
    public Auditor.Counts audits() {
        return node.audits().counts();
    }

    @Override
    public int quarantined() {
        return node.findings().quarantine().all().size();
    }
}

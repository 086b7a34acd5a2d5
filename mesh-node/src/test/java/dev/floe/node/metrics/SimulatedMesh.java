package dev.floe.node.metrics;

import dev.floe.node.audit.Auditor;
import dev.floe.node.cache.Stats;
import dev.floe.node.execute.Slots;
import dev.floe.node.execute.Tally;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.Machine;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Offering;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.Stamp;
import dev.floe.store.ContentStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a node reads in a mesh of many: each third executes, each third is paused, each third has no sandbox. */
final class SimulatedMesh implements NodeReadings {
    private final Roster roster;

    SimulatedMesh(int nodes) {
        roster = new Roster(IntStream.range(0, nodes).mapToObj(SimulatedMesh::peer).toList());
    }

    private static Peer peer(int number) {
        boolean executes = number % 3 == 0;
        Offering offering = new Offering(8, executes, executes ? "" : "paused by its user",
                List.of("ab".repeat(32), "cd".repeat(32)), 1L << 30, "", List.of("cd".repeat(32)), number % 3 == 1);
        return new Peer(
                new NodeInfo(Stamp.NONE, new NodeId(0, number + 1L), "peer-" + number, "10.0.0." + number, 7081,
                        new Machine("x86_64", 8, 1, 1L << 34, List.of()), offering, "0.1.0", 1, 0),
                new NodeState(Stamp.NONE, 5, 3, 2, 4000, 0, 1L << 33, false), Duration.ofSeconds(1), number == 0);
    }

    @Override
    public Slots.Use use() {
        return new Slots.Use(8, 3, 2);
    }

    @Override
    public Tally tally() {
        return new Tally();
    }

    @Override
    public int runningJobs() {
        return 6;
    }

    @Override
    public boolean draining() {
        return false;
    }

    @Override
    public Roster roster() {
        return roster;
    }

    @Override
    public GroupStatus groupStatus() {
        return new GroupStatus(roster.peers().size(), true, Duration.ZERO, Map.of(), 4, null, null);
    }

    @Override
    public ContentStore.Stats store() {
        return new ContentStore.Stats(1000, 5_000_000_000L, 10_000_000_000L, 1, 2, 3, 4);
    }

    @Override
    public Stats cache() {
        return new Stats(10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
    }

    @Override
    public Auditor.Counts audits() {
        return new Auditor.Counts(1, 2, 3, 4);
    }

    @Override
    public int quarantined() {
        return 1;
    }
}

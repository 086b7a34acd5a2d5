package dev.floe.node.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.cache.transfer.CacheStats;
import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.store.content.ContentStore;

/** What a node reads in a mesh of many: each third executes, each third is paused, each third has no sandbox. */
final class SimulatedReadings implements NodeReadings {
    private final Roster roster;

    SimulatedReadings(int nodes) {
        roster = new Roster(IntStream.range(0, nodes).mapToObj(SimulatedReadings::peer).toList());
    }

    private static Peer peer(int number) {
        boolean executes = number % 3 == 0;
        NodeCapabilities offering = new NodeCapabilities(8, executes, executes ? "" : "paused by its user",
                List.of("ab".repeat(32), "cd".repeat(32)), 1L << 30, "", List.of("cd".repeat(32)), number % 3 == 1);
        return new Peer(
                new NodeInfo(StateVersion.NONE, new NodeId(0, number + 1L), "peer-" + number, "10.0.0." + number, 7081,
                        new MachineInfo("x86_64", 8, 1, 1L << 34, List.of()), offering, "0.1.0", 1, 0),
                new NodeState(StateVersion.NONE, 5, 3, 2, 4000, 0, 1L << 33, false), Duration.ofSeconds(1),
                number == 0);
    }

    @Override
    public SlotPool.SlotUsage use() {
        return new SlotPool.SlotUsage(8, 3, 2);
    }

    @Override
    public ExecutorStats tally() {
        return new ExecutorStats();
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
        return new GroupStatus(roster.peers().size(), true, Duration.ZERO, Map.of(),
                new GroupStatus.Strangers(4, 7, null),
                null);
    }

    @Override
    public ContentStore.Stats store() {
        return new ContentStore.Stats(1000, 5_000_000_000L, 10_000_000_000L, new ContentStore.UseCounts(1, 2, 3, 4));
    }

    @Override
    public CacheStats cache() {
        return new CacheStats(10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
    }

    @Override
    public ResultAuditor.AuditCounts audits() {
        return new ResultAuditor.AuditCounts(1, 2, 3, 4);
    }

    @Override
    public int quarantined() {
        return 1;
    }
}

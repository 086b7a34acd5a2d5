package dev.floe.node.submitter.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;

/** A machine of two cores, and what the mesh is worth to it. */
final class MeshCapacityTest {
    private static final int SLOTS = 16;
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final MachineInfo SELF = new MachineInfo("x86_64", 2, 1, 1L << 34, List.of());

    private final AtomicLong stamps = new AtomicLong();
    private final SubmitterScheduler scheduler = new SubmitterScheduler(() -> NOW,
            () -> new StateVersion(2, stamps.incrementAndGet()), () -> 2, _ -> Duration.ofMillis(1),
            true);
    private final List<String> standIns = new ArrayList<>();
    private final Map<Integer, Peer> mesh = new HashMap<>();
    private final MeshCapacity capacity = new MeshCapacity(scheduler, SELF, () -> 2,
            node -> standIns.contains(node.name()));

    private static NodeCapabilities executes(int slots) {
        return new NodeCapabilities(slots, true, "", List.of("gcc"), 1L << 30);
    }

    private static NodeInfo info(int node, MachineInfo machine, NodeCapabilities offering) {
        return new NodeInfo(new StateVersion(1, 1), new NodeId(0, node), "node" + node, "127.0.0.1", 7080, machine,
                offering,
                "0.1.0", 1, 1_760_000_000_000L);
    }

    private void describe(int node, MachineInfo machine, NodeCapabilities offering, NodeState state) {
        mesh.put(node, new Peer(info(node, machine, offering), state, Duration.ZERO, node == 0));
        scheduler.accept(new Roster(List.copyOf(mesh.values())));
    }

    private void leave(int node) {
        mesh.remove(node);
        scheduler.accept(new Roster(List.copyOf(mesh.values())));
    }

    private static NodeState doing(int free, int queued, boolean draining) {
        return new NodeState(new StateVersion(1, 1), free, SLOTS - free, queued, 0, 0, 1L << 33, draining);
    }

    private static WireState answer(long sequence, int free) {
        return new WireState(1, sequence, free, SLOTS - free, 0, 0, 1L << 33, false);
    }

    private static PlacementRequest job(String key) {
        return new PlacementRequest(key, "a.c", new ToolchainNeed("gcc", 1 << 20, "x86_64", Map.of()),
                new JobSize(Duration.ofSeconds(1), 1000, 1 << 20), Optional.empty());
    }

    @BeforeEach
    void describeSelf() {
        describe(0, SELF, executes(2), doing(2, 0, false));
    }

    private int remote() {
        return capacity.width().remote();
    }

    @Test
    void aMeshOfThisNodeAloneIsAsWideAsItsSlots() {
        assertThat(capacity.width()).isEqualTo(new BuildWidth(2, 0, 1L << 34));
    }

    @Test
    void aNodeWithFewSlotsIsStillAsWideAsItsCores() {
        assertThat(new MeshCapacity(scheduler, SELF, () -> 1, _ -> false).width().local()).isEqualTo(2);
    }

    @Test
    void anExecutorThatComesCountsAtOnceAndOneThatLeavesNoMore() {
        describe(1, SELF, executes(SLOTS), doing(SLOTS, 0, false));
        assertThat(remote()).isEqualTo(SLOTS);
        leave(1);
        assertThat(remote()).isZero();
    }

    @Test
    void slotsOfOthersJobsDoNotCount() {
        describe(1, SELF, executes(SLOTS), doing(6, 0, false));
        assertThat(remote()).isEqualTo(6);
    }

    @Test
    void aFullNodeIsWorthNothing() {
        describe(1, SELF, executes(SLOTS), doing(0, 5, false));
        assertThat(remote()).isZero();
    }

    @Test
    void whatThisMachinesJobsOccupyCounts() {
        describe(1, SELF, executes(SLOTS), doing(SLOTS, 0, false));
        String id = new NodeId(0, 1).toString();
        for (int i = 1; i <= SLOTS; i++) {
            scheduler.dispatched(id, job("job" + i));
            scheduler.answered(id, job("job" + i), answer(i + 1, SLOTS - i));
        }
        assertThat(remote()).isEqualTo(SLOTS);
    }

    @Test
    void whatItsJobsOccupyCountsAlsoWhereOthersQueue() {
        describe(1, SELF, executes(SLOTS), doing(1, 0, false));
        String id = new NodeId(0, 1).toString();
        scheduler.dispatched(id, job("own"));
        scheduler.answered(id, job("own"), answer(2, 0));
        describe(1, SELF, executes(SLOTS),
                new NodeState(new StateVersion(1, 3), 0, SLOTS, 9, 0, 0, 1L << 33, false));
        assertThat(remote()).isEqualTo(1);
    }

    @Test
    void nodesThatDoNotExecuteOrDrainAreWorthNothing() {
        describe(1, SELF, new NodeCapabilities(SLOTS, false, "no sandbox", List.of("gcc"), 0), doing(SLOTS, 0, false));
        describe(2, SELF, executes(SLOTS), doing(SLOTS, 0, true));
        assertThat(remote()).isZero();
    }

    @Test
    void anotherArchitectureCountsWithStandInsOrAnEmulator() {
        MachineInfo arm = new MachineInfo("aarch64", SLOTS, 1, 1L << 34, List.of());
        describe(1, arm, executes(SLOTS), doing(SLOTS, 0, false));
        assertThat(remote()).isZero();
        standIns.add("node1");
        assertThat(remote()).isEqualTo(SLOTS);
        describe(2, new MachineInfo("aarch64", SLOTS, 1, 1L << 34, List.of("x86_64")), executes(4), doing(4, 0, false));
        assertThat(remote()).isEqualTo(SLOTS + 4);
    }

    @Test
    void aNodeThatFailsJobsIsWorthNothingForAWhile() {
        describe(1, SELF, executes(SLOTS), doing(SLOTS, 0, false));
        String id = new NodeId(0, 1).toString();
        for (int i = 0; i < 10; i++) {
            scheduler.dispatched(id, job("job" + i));
            scheduler.failed(id, job("job" + i));
        }
        assertThat(remote()).isZero();
    }
}

package dev.floe.node.submitter.schedule;

import java.util.function.IntSupplier;
import java.util.function.Predicate;

import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeInfo;

/** The capacity of the mesh for the builds of this machine, at the moment. Costs nothing while nobody asks. */
public final class MeshCapacity {
    private final SubmitterScheduler scheduler;
    private final MachineInfo machine;
    private final IntSupplier localSlots;
    private final Predicate<NodeInfo> standsIn;

    /**
     * @param machine    this one
     * @param localSlots how many commands this node lets run at once on this machine
     * @param standsIn   whether a node of another architecture has substitutes for a compiler of this machine, as far
     *                   as known; does not block
     */
    public MeshCapacity(SubmitterScheduler scheduler, MachineInfo machine, IntSupplier localSlots,
            Predicate<NodeInfo> standsIn) {
        this.scheduler = scheduler;
        this.machine = machine;
        this.localSlots = localSlots;
        this.standsIn = standsIn;
    }

    /** What a build could use now. */
    public BuildWidth width() {
        return new BuildWidth(Math.max(1, Math.max(localSlots.getAsInt(), machine.cores())),
                scheduler.reachableSlots(this::isSuitable), machine.memoryBytes());
    }

    private boolean isSuitable(NodeInfo node) {
        String architecture = machine.architecture();
        return node.machine().architecture().equals(architecture)
                || node.machine().emulated().contains(architecture) || standsIn.test(node);
    }
}

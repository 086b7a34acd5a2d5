package dev.floe.node.host;

import java.util.function.Supplier;

import dev.floe.node.bounds.LockRank;
import dev.floe.node.bounds.OrderedLock;
import dev.floe.node.executor.ExecutorMode;
import dev.floe.node.executor.admission.AdmissionController;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.NodeStateSource;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.messages.JobMessage.WireState;

/** Supplies the state that this node publishes about its slots. */
public final class NodeStateSampler implements NodeStateSource {
    private final AdmissionController admission;
    private final ExecutorMode mode;
    private final OrderedLock lock = new OrderedLock(LockRank.NODE_STATE); // held while a state is taken and numbered

    public NodeStateSampler(AdmissionController admission, ExecutorMode mode) {
        this.admission = admission;
        this.mode = mode;
    }

    @Override
    public NodeState snapshot(Supplier<StateVersion> numbers) {
        long memory = Hardware.freeMemoryBytes();
        lock.lock();
        try {
            StateVersion number = numbers.get();
            SlotPool.SlotUsage now = admission.use();
            return new NodeState(number, now.free(), now.running(), now.waiting(), admission.queuedWork().toMillis(), 0,
                    memory, mode.isDraining());
        } finally {
            lock.unlock();
        }
    }

    /** The same state as answers to offers carry it. */
    public static WireState toWire(NodeState state) {
        return new WireState(state.stamp().epoch(), state.stamp().sequence(), state.freeSlots(), state.running(),
                state.queued(), state.queuedMillis(), state.freeMemoryBytes(), state.draining());
    }
}

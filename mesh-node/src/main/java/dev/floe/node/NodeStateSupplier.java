package dev.floe.node;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.floe.node.executor.SlotPool;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.NodeStateSource;
import dev.floe.node.mesh.state.StateVersion;

/** Supplies the state that this node publishes about its slots. */
final class NodeStateSupplier implements NodeStateSource {
    private final Supplier<SlotPool.SlotUsage> use;
    private final Supplier<Duration> promised;
    private final BooleanSupplier draining;
    private final ReentrantLock lock = new ReentrantLock(); // held while a state is taken and numbered

    NodeStateSupplier(Supplier<SlotPool.SlotUsage> use, Supplier<Duration> promised, BooleanSupplier draining) {
        this.use = use;
        this.promised = promised;
        this.draining = draining;
    }

    @Override
    public NodeState snapshot(Supplier<StateVersion> numbers) {
        long memory = Hardware.freeMemoryBytes();
        lock.lock();
        try {
            StateVersion number = numbers.get();
            SlotPool.SlotUsage now = use.get();
            return new NodeState(number, now.free(), now.running(), now.waiting(), promised.get().toMillis(), 0, memory,
                    draining.getAsBoolean());
        } finally {
            lock.unlock();
        }
    }
}

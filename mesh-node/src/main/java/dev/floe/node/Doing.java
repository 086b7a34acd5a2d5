package dev.floe.node;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.floe.node.execute.Slots;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Stamp;
import dev.floe.node.mesh.state.StateSource;

/** What this node tells others of its slots. */
final class Doing implements StateSource {
    private final Supplier<Slots.Use> use;
    private final Supplier<Duration> promised;
    private final BooleanSupplier draining;
    private final ReentrantLock lock = new ReentrantLock(); // held while a state is taken and numbered

    Doing(Supplier<Slots.Use> use, Supplier<Duration> promised, BooleanSupplier draining) {
        this.use = use;
        this.promised = promised;
        this.draining = draining;
    }

    @Override
    public NodeState take(Supplier<Stamp> numbers) {
        long memory = Hardware.freeMemoryBytes();
        lock.lock();
        try {
            Stamp number = numbers.get();
            Slots.Use now = use.get();
            return new NodeState(number, now.free(), now.running(), now.waiting(), promised.get().toMillis(), 0, memory,
                    draining.getAsBoolean());
        } finally {
            lock.unlock();
        }
    }
}

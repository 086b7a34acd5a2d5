package dev.floe.node.host;

import java.util.function.BooleanSupplier;

/**
 * Gives back, once after each busy time, the memory that the jobs took. That stops all threads of the node. It waits
 * while the machine has more to do than it has cores: a collection of 0.1 s takes seconds then, and peers give up a
 * node that is silent for so long. For one thread.
 */
public final class IdleHeapTrimmer {
    private final BooleanSupplier isOverloaded;
    private final Runnable collection;
    private long seen;
    private long collected = -1;

    public IdleHeapTrimmer() {
        this(Hardware::isOverloaded, System::gc);
    }

    IdleHeapTrimmer(BooleanSupplier isOverloaded, Runnable collection) {
        this.isOverloaded = isOverloaded;
        this.collection = collection;
    }

    /**
     * Called regularly; collects when nothing has happened since the last call but something since the last collection.
     *
     * @param done a number that grows with each thing that this node does
     */
    public void look(long done, boolean idle) {
        if (idle && done == seen && done != collected && !isOverloaded.getAsBoolean()) {
            collected = done;
            collection.run();
        }
        seen = done;
    }
}

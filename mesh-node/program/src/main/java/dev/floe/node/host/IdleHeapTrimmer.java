package dev.floe.node.host;

/** Gives back, once after each busy time, the memory that the jobs took. For one thread. */
public final class IdleHeapTrimmer {
    private long seen;
    private long collected = -1;

    /**
     * Called regularly; collects when nothing has happened since the last call but something since the last collection.
     *
     * @param done a number that grows with each thing that this node does
     */
    public void look(long done, boolean idle) {
        if (idle && done == seen && done != collected) {
            collected = done;
            System.gc();
        }
        seen = done;
    }
}

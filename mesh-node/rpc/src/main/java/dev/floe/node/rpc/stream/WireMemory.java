package dev.floe.node.rpc.stream;

import java.time.Duration;

import dev.floe.node.bounds.MemoryBudget;

/**
 * The memory that all streams of a node share. Who holds some of {@code blobs} waits for nothing but its stream, and
 * who waits for some of {@code blobs} may hold some of {@code messages}, never the other way round: so the two cannot
 * wait for each other.
 *
 * @param messages for long messages, from their first byte
 * @param blobs    for the blocks of blobs, in and out
 */
public record WireMemory(MemoryBudget messages, MemoryBudget blobs) {
    private static final int SHARE_OF_HEAP = 4;
    private static final Duration FOR_A_MESSAGE = Duration.ofSeconds(5);
    /** Longer, because blobs make room for each other as they move, and a peer is not blamed for this wait. */
    private static final Duration FOR_A_BLOB = Duration.ofSeconds(60);

    /** A quarter of what the heap may become for each. */
    public static WireMemory ofHeap() {
        long bytes = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
        return new WireMemory(new MemoryBudget(bytes, FOR_A_MESSAGE), new MemoryBudget(bytes, FOR_A_BLOB));
    }
}

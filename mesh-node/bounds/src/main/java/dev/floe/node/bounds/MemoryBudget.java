package dev.floe.node.bounds;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Memory for what is under way on all streams of a node. Who finds no room waits for a bounded time and is refused
 * then. One peer has at most half of it, or what one stream needs. Thread-safe.
 */
public final class MemoryBudget {
    private final long totalBytes;
    private final Duration patience;
    private final ReentrantLock decoding = new ReentrantLock();
    // Guards all below; freed is signalled when memory is given back.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final Map<String, Long> held = new HashMap<>();
    private long usedBytes;

    /** @param patience for memory that others have */
    public MemoryBudget(long totalBytes, Duration patience) {
        this.totalBytes = totalBytes;
        this.patience = patience;
    }

    /**
     * Takes memory for a stream of a peer; waits until there is some.
     *
     * @throws MemoryExhaustedException if there is none in time, or if it is more than there is in all
     */
    public Share acquire(String peer, long bytes) throws MemoryExhaustedException {
        lock.lock();
        try {
            long left = bytes > totalBytes ? 0 : patience.toNanos();
            while (!fits(peer, bytes)) {
                if (left <= 0) {
                    throw new MemoryExhaustedException(
                            "this node has no memory for " + bytes + " bytes of or for " + peer
                                    + "; " + usedBytes + " of " + totalBytes + " are in use");
                }
                left = freed.awaitNanos(left);
            }
            take(peer, bytes);
            return new Share(peer, bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MemoryExhaustedException("interrupted while waiting for memory");
        } finally {
            lock.unlock();
        }
    }

    /** The same for something that can be done without: empty if there is none at the moment. */
    public Optional<Share> tryAcquire(String peer, long bytes) {
        lock.lock();
        try {
            if (!fits(peer, bytes)) {
                return Optional.empty();
            }
            take(peer, bytes);
            return Optional.of(new Share(peer, bytes));
        } finally {
            lock.unlock();
        }
    }

    private boolean fits(String peer, long bytes) {
        long mine = held.getOrDefault(peer, 0L);
        return usedBytes + bytes <= totalBytes && (mine == 0 || mine + bytes <= totalBytes / 2);
    }

    private void take(String peer, long bytes) {
        usedBytes += bytes;
        held.merge(peer, bytes, Long::sum);
    }

    private void release(String peer, long bytes) {
        lock.lock();
        try {
            usedBytes -= bytes;
            held.computeIfPresent(peer, (_, mine) -> mine > bytes ? mine - bytes : null);
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public long usedBytes() {
        lock.lock();
        try {
            return usedBytes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Held by the one thread that decodes a long message, because objects can take many times the message's bytes for a
     * moment.
     */
    public ReentrantLock decoding() {
        return decoding;
    }

    /** Memory that one stream has. Belongs to one thread at a time. */
    public final class Share implements AutoCloseable {
        private final String peer;
        private long bytes;

        private Share(String peer, long bytes) {
            this.peer = peer;
            this.bytes = bytes;
        }

        @Override
        public void close() {
            long mine = bytes;
            bytes = 0;
            if (mine > 0) {
                release(peer, mine);
            }
        }
    }
}

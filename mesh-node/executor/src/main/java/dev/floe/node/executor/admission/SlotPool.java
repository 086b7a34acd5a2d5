package dev.floe.node.executor.admission;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.LockRank;
import dev.floe.node.bounds.OrderedLock;

/**
 * The node's room for compiles. Local and foreign compiles share it; whoever waits is served in order, local ones
 * first, since their user sits at this machine, and those last that nobody waits for.
 */
public final class SlotPool {
    /** Who asks for a slot. */
    public enum SlotPriority {
        LOCAL, FOREIGN,
        /** Nobody waits for it. */
        BACKGROUND
    }

    /** How many slots there are, are taken, and are waited for. */
    public record SlotUsage(int slots, int running, int waiting) {
        public int free() {
            return Math.max(0, slots - running);
        }
    }

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final OrderedLock lock = new OrderedLock(LockRank.SLOT_POOL); // guards all below
    private final Deque<CompletableFuture<Lease>> local = new ArrayDeque<>();
    private final Deque<CompletableFuture<Lease>> foreign = new ArrayDeque<>();
    private final Deque<CompletableFuture<Lease>> background = new ArrayDeque<>();
    private int count;
    private int running;
    private long grantCount;

    public SlotPool(int count) {
        this.count = checked(count);
    }

    private static int checked(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("a node has 0 slots or more, not " + count);
        }
        return count;
    }

    /** Changes the number of slots. With fewer than are taken, nobody gets one until enough are given back. */
    public void resize(int newCount) {
        lock.lock();
        try {
            count = checked(newCount);
        } finally {
            lock.unlock();
        }
        grantNext();
    }

    /** Calls {@code listener} after each change of {@link #use()}, on the thread that made it. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    public SlotUsage use() {
        lock.lock();
        try {
            return new SlotUsage(count, running, local.size() + foreign.size() + background.size());
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many more local commands would get a slot at once, as they are served before all others; negative where they
     * wait.
     */
    public int roomForLocal() {
        lock.lock();
        try {
            return count - running - local.size();
        } finally {
            lock.unlock();
        }
    }

    /** How often a slot was given to someone; grows as long as commands end. */
    public long grantCount() {
        lock.lock();
        try {
            return grantCount;
        } finally {
            lock.unlock();
        }
    }

    /** Stands in line; the future completes when it is this one's turn. Cancel it to leave the line. */
    public CompletableFuture<Lease> enqueue(SlotPriority kind) {
        CompletableFuture<Lease> turn = new CompletableFuture<>();
        lock.lock();
        try {
            queueFor(kind).add(turn);
        } finally {
            lock.unlock();
        }
        turn.whenComplete((lease, cancelled) -> {
            if (cancelled != null) {
                dequeue(turn);
            }
        });
        grantNext();
        return turn;
    }

    private Deque<CompletableFuture<Lease>> queueFor(SlotPriority kind) {
        return switch (kind) {
            case LOCAL -> local;
            case FOREIGN -> foreign;
            case BACKGROUND -> background;
        };
    }

    /** With the lock held. */
    private @Nullable CompletableFuture<Lease> next() {
        return !local.isEmpty() ? local.poll() : !foreign.isEmpty() ? foreign.poll() : background.poll();
    }

    private void dequeue(CompletableFuture<Lease> turn) {
        lock.lock();
        try {
            local.remove(turn);
            foreign.remove(turn);
            background.remove(turn);
        } finally {
            lock.unlock();
        }
    }

    private void grantNext() {
        while (true) {
            CompletableFuture<Lease> next;
            lock.lock();
            try {
                next = running >= count ? null : next();
                if (next == null) {
                    break;
                }
                running++;
                grantCount++;
            } finally {
                lock.unlock();
            }
            Lease lease = new Lease();
            if (!next.complete(lease)) {
                lease.giveBack();
            }
        }
        changed();
    }

    /** The right to run one compile; closing it, once or more often, gives the slot to the next in line. */
    public final class Lease implements AutoCloseable {
        private boolean closed; // guarded by lock

        private boolean giveBack() {
            lock.lock();
            try {
                if (closed) {
                    return false;
                }
                closed = true;
                running--;
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            if (giveBack()) {
                grantNext();
            }
        }
    }
}

package dev.floe.node.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.floe.node.submitter.context.AuditQueue.ServedResult;

/** Results that wait to be audited. Thread-safe. */
final class AuditBacklog implements AutoCloseable {
    static final int MAX_WAITING = 256;

    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition changed = lock.newCondition();
    private final Deque<ServedResult> waiting = new ArrayDeque<>();
    private boolean closing;

    /** False if too many wait already, or the node is closing. */
    boolean add(ServedResult served) {
        lock.lock();
        try {
            if (closing || waiting.size() >= MAX_WAITING) {
                return false;
            }
            waiting.add(served);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The next result, once there is one; null when the node is closing. */
    @Nullable
    ServedResult take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closing) {
                changed.await();
            }
            return closing ? null : waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives up what waits. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

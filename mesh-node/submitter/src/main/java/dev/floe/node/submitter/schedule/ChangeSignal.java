package dev.floe.node.submitter.schedule;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes jobs that wait for room when something was heard that may change a ranking. Of many that wait, one looks first,
 * and the next while there is room: a hundred that look for one slot would keep the processor from those that compile.
 *
 * <p>All methods are called with the lock held.
 */
final class ChangeSignal {
    /**
     * After a change, how many waiting jobs may retry without success before no more are woken; jobs differ in where
     * they may run.
     */
    private static final int MAX_VAIN_LOOKS = 4;

    private final ReentrantLock lock;
    private final Condition changed;
    private long count;
    private int wakeBudget; // how many more waiting jobs are to look for room

    ChangeSignal(ReentrantLock lock) {
        this.lock = lock;
        this.changed = lock.newCondition();
    }

    /** Something was heard. */
    void signal() {
        count++;
        wakeBudget = MAX_VAIN_LOOKS;
        changed.signal();
    }

    /** A job has looked for room; wakes the next while there may be more. */
    void looked(boolean found) {
        wakeBudget = found ? MAX_VAIN_LOOKS : Math.max(0, wakeBudget - 1);
        passOn();
    }

    /** Wakes the next in the place of a job that may have been woken to look, and has not looked. */
    void passOn() {
        if (wakeBudget > 0) {
            changed.signal();
        }
    }

    /** How often something was heard. */
    long count() {
        return count;
    }

    boolean hasWaiters() {
        return lock.hasWaiters(changed);
    }

    /** Waits until something has been heard since {@link #count()} was {@code seen}, or {@code limit} has passed. */
    void await(long seen, Duration limit) throws IOException {
        try {
            long left = limit.toNanos();
            while (count == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("this node is stopping", e);
        }
    }
}

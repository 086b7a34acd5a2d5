package dev.floe.node.executor;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/** The jobs that this node executes now, until their trees are removed. Safe for threads. */
final class RunningExecutions {
    private final Set<JobExecution> running = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock(); // taken to take a job out of running
    private final Condition removed = lock.newCondition();

    void add(JobExecution job) {
        running.add(job);
    }

    void remove(JobExecution job) {
        lock.lock();
        try {
            running.remove(job);
            removed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns jobs of other nodes that have not started, and waits until those that have started end, but no longer
     * than {@code limit}.
     *
     * @return how many are left
     */
    int drain(Duration limit) {
        running.stream().filter(JobExecution::isForeign).forEach(JobExecution::returnToSubmitter);
        return awaitNone(() -> (int) running.stream().filter(JobExecution::isForeign).count(), limit);
    }

    /** Ends all jobs, and waits no longer than {@code limit} until they have ended. */
    void abort(Duration limit) {
        running.forEach(JobExecution::abort);
        awaitNone(running::size, limit);
    }

    private int awaitNone(IntSupplier count, Duration limit) {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (count.getAsInt() > 0 && left > 0) {
                left = removed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return count.getAsInt();
    }
}

package dev.floe.node.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.joblog.JobRecord;
import dev.floe.store.FailureText;

/** Calls one listener on a thread of its own. What it is too slow for is dropped, and it is told so. */
final class WatchSubscription implements MeshFeed.Subscription {
    private static final Logger LOG = LogManager.getLogger(WatchSubscription.class);
    static final int MAX_WAITING = 2_000;

    private final long intervalNanos;
    private final MeshFeed.Listener listener;
    private final Supplier<MeshSnapshot> snapshots;
    private final Consumer<WatchSubscription> onEnd;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition changed = lock.newCondition();
    private List<JobRecord> waiting = new ArrayList<>();
    private boolean restart;
    private boolean closed;

    /** What is due. */
    private record Due(boolean end, boolean restart, List<JobRecord> jobs) {}

    WatchSubscription(Duration interval, MeshFeed.Listener listener, Supplier<MeshSnapshot> snapshots,
            Consumer<WatchSubscription> onEnd) {
        this.intervalNanos = Math.clamp(interval.toNanos(), MeshFeed.MIN_INTERVAL.toNanos(),
                MeshFeed.MAX_INTERVAL.toNanos());
        this.listener = listener;
        this.snapshots = snapshots;
        this.onEnd = onEnd;
    }

    void start() {
        Thread.ofVirtual().name("floe-watcher").start(this::run);
    }

    /** Jobs have ended; does not block. */
    void add(List<JobRecord> jobs) {
        lock.lock();
        try {
            if (waiting.size() + jobs.size() > MAX_WAITING) {
                waiting.clear();
                restart = true;
            } else {
                waiting.addAll(jobs);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void restart() {
        lock.lock();
        try {
            restart = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            long next = System.nanoTime();
            while (true) {
                Due due = take(next);
                if (due.end()) {
                    return;
                }
                if (due.restart()) {
                    listener.restart();
                    next = System.nanoTime();
                }
                if (!due.jobs().isEmpty()) {
                    listener.ended(due.jobs());
                }
                if (System.nanoTime() - next >= 0) {
                    listener.snapshot(snapshots.get());
                    next = System.nanoTime() + intervalNanos;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("a watcher went away: {}", FailureText.of(e));
        } finally {
            close();
            listener.closed();
        }
    }

    /** Waits for jobs, but no longer than to {@code next}. */
    private Due take(long next) throws InterruptedException {
        lock.lock();
        try {
            long left = next - System.nanoTime();
            while (!closed && !restart && waiting.isEmpty() && left > 0) {
                changed.awaitNanos(left);
                left = next - System.nanoTime();
            }
            Due due = new Due(closed, restart, waiting);
            restart = false;
            waiting = new ArrayList<>();
            return due;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        onEnd.accept(this);
    }
}

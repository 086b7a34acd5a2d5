package dev.floe.node.submitter.context;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs something unless it is called off in time; for waits that must end. */
public final class TimeoutScheduler implements AutoCloseable {
    private final ScheduledExecutorService timer;

    public TimeoutScheduler() {
        this(daemon());
    }

    /** @param timer closed with the deadlines */
    public TimeoutScheduler(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    private static ScheduledExecutorService daemon() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "floe-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Calls {@code action}, which must not block, after {@code time} unless the result is closed before. */
    public Cancellable after(Duration time, Runnable action) {
        ScheduledFuture<?> task = timer.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
        return () -> task.cancel(false);
    }

    /** Calls {@code action}, which must not block, again and again. */
    public Cancellable every(Duration time, Runnable action) {
        ScheduledFuture<?> task = timer.scheduleWithFixedDelay(action, time.toMillis(), time.toMillis(),
                TimeUnit.MILLISECONDS);
        return () -> task.cancel(false);
    }

    /** Something that will happen unless closed. */
    @FunctionalInterface
    public interface Cancellable extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

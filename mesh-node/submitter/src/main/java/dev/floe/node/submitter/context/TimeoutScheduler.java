package dev.floe.node.submitter.context;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Runs something unless it is called off in time; for waits that must end. */
public final class TimeoutScheduler implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(TimeoutScheduler.class);

    private final ScheduledExecutorService timer;
    private final Map<Duration, SharedTick> ticks = new ConcurrentHashMap<>(); // by period; a few

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

    /** Calls {@code action}, which must not block, again and again; also after it has failed. */
    public Cancellable every(Duration time, Runnable action) {
        ScheduledFuture<?> task = timer.scheduleWithFixedDelay(() -> run(action), time.toMillis(), time.toMillis(),
                TimeUnit.MILLISECONDS);
        return () -> task.cancel(false);
    }

    /** A fault in the program must not end the repetition, because nothing else would begin it again. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("a periodic task has failed, and is repeated", e);
        }
    }

    /**
     * The same for actions of which there may be many: those of one period are called together, so that they cost one
     * wakeup, and so the first call comes at most {@code time} from now.
     */
    public Cancellable everyTogether(Duration time, Runnable action) {
        SharedTick tick = ticks.computeIfAbsent(time, SharedTick::new);
        tick.add(action);
        return () -> tick.remove(action);
    }

    /** Calls actions together, and ends when there is none left at a call. */
    private final class SharedTick {
        private final Duration period;
        private final Set<Runnable> actions = Collections.newSetFromMap(new IdentityHashMap<>()); // guarded by this
        private @Nullable ScheduledFuture<?> running; // guarded by this

        SharedTick(Duration period) {
            this.period = period;
        }

        synchronized void add(Runnable action) {
            actions.add(action);
            if (running == null) {
                running = timer.scheduleWithFixedDelay(this::call, period.toMillis(), period.toMillis(),
                        TimeUnit.MILLISECONDS);
            }
        }

        synchronized void remove(Runnable action) {
            actions.remove(action);
        }

        private void call() {
            current().forEach(TimeoutScheduler::run);
        }

        private synchronized List<Runnable> current() {
            if (actions.isEmpty() && running != null) {
                running.cancel(false);
                running = null;
            }
            return List.copyOf(actions);
        }
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

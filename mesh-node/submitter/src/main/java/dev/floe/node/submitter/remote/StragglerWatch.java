package dev.floe.node.submitter.remote;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.submitter.remote.SecondCopy.CopyResult;

/**
 * Watches a job that an executor has taken. If the job has a second copy, the first result counts: whoever claims it
 * ends the other conversation, so that the other executor kills its process.
 */
final class StragglerWatch implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMillis(500);

    private final TimeoutScheduler timer;
    private final Function<Duration, Optional<SecondCopy>> launcher;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private TimeoutScheduler.@Nullable Cancellable checks; // owned by the thread that waits for the job
    private @Nullable SecondCopy copy; // this and over: guarded by this object
    private boolean over;

    /** @param launcher makes the second copy if it is worthwhile, told how long the job has been taken; not blocking */
    StragglerWatch(TimeoutScheduler timer, Function<Duration, Optional<SecondCopy>> launcher) {
        this.timer = timer;
        this.launcher = launcher;
    }

    /** @param endOwn ends the conversation of the first copy; called once the second has a result */
    void start(Runnable endOwn) {
        long start = System.nanoTime();
        checks = timer.everyTogether(INTERVAL, () -> check(Duration.ofNanos(System.nanoTime() - start), endOwn));
    }

    private void check(Duration elapsed, Runnable endOwn) {
        if (copy().isPresent() || claimed.get()) {
            return;
        }
        launcher.apply(elapsed).ifPresent(made -> {
            synchronized (this) {
                copy = made;
                if (over) {
                    made.cancel();
                }
            }
            made.start(() -> {
                boolean first = claimed.compareAndSet(false, true);
                if (first) {
                    endOwn.run();
                }
                return first;
            });
        });
    }

    /** Claims the result of the first copy; false if the second copy has claimed its own. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** The first copy has no result: waits for the second, if there is one. */
    Optional<CopyResult> awaitCopy() {
        if (checks != null) {
            checks.close();
        }
        return copy().flatMap(SecondCopy::await);
    }

    /** The second copy, if its result was the first. */
    Optional<SecondCopy> firstCopy() {
        return copy().filter(SecondCopy::isFirst);
    }

    synchronized Optional<SecondCopy> copy() {
        return Optional.ofNullable(copy);
    }

    /** Cancels the second copy, whose outputs have been read if it was first. */
    @Override
    public void close() {
        if (checks != null) {
            checks.close();
        }
        synchronized (this) {
            over = true;
            if (copy != null) {
                copy.cancel();
            }
        }
    }
}

package dev.floe.node.executor;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import dev.floe.store.FailureText;

/**
 * Whether a job has started or was returned to its submitter, of which the first decides; and whether somebody still
 * waits for its result. Safe for threads.
 */
final class JobLifetime {
    private enum StartState {
        NONE, STARTED, RETURNED
    }

    private final AtomicReference<StartState> state = new AtomicReference<>(StartState.NONE);
    private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
    private volatile boolean cancelled; // once set, by whoever notices, actions have run or run at once

    /** The job starts; false if it was returned. */
    boolean begin() {
        return state.compareAndSet(StartState.NONE, StartState.STARTED);
    }

    /** The job goes back to its submitter, unless it has started. */
    void giveBack() {
        if (state.compareAndSet(StartState.NONE, StartState.RETURNED)) {
            actions.forEach(Runnable::run);
        }
    }

    boolean isReturned() {
        return state.get() == StartState.RETURNED;
    }

    void cancel() {
        cancelled = true;
        actions.forEach(Runnable::run);
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Runs {@code action}, perhaps more than once, when nobody waits for the result any more. */
    void onEnd(Runnable action) {
        actions.add(action);
        if (cancelled || isReturned()) {
            action.run();
        }
    }

    /** Waits for {@code future}, but no longer than the submitter does. */
    <T> T await(CompletableFuture<T> future) throws IOException {
        onEnd(() -> future.cancel(false));
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(FailureText.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JobInterruptedException("interrupted", e);
        }
    }
}

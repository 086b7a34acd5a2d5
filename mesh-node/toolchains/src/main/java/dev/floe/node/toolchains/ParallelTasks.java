package dev.floe.node.toolchains;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.floe.store.FailureText;

/** Does several things at once, as many as there are cores: for what a slow machine's first compile waits for. */
public final class ParallelTasks implements AutoCloseable {
    private final ExecutorService cores = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().name("floe-compilers-", 0).daemon().factory());

    /** What comes of a task; waits for it. */
    @FunctionalInterface
    public interface TaskResult<T> {
        /** @throws IOException if the task failed */
        T get() throws IOException;
    }

    /** Begins a task as soon as a core is free. */
    public <T> TaskResult<T> begin(Callable<T> task) {
        Future<T> future = cores.submit(task);
        return () -> {
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw new IOException(FailureText.of(e), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        };
    }

    /** Gives up what has not begun, and waits for the rest. */
    @Override
    public void close() {
        cores.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
        cores.close();
    }
}

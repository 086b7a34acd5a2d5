package dev.floe.node.host;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * A start that runs on a thread of its own while other parts start, because it mostly waits. It is begun once, by one
 * thread, which later waits for its end.
 */
public final class BackgroundStart {
    private final String name;
    private final LifecyclePart.StartAction action;
    private @Nullable CompletableFuture<Void> running; // null before begin

    public BackgroundStart(String name, LifecyclePart.StartAction action) {
        this.name = name;
        this.action = action;
    }

    /** Begins the start, and returns at once. */
    public void begin() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        running = end;
        Thread.ofPlatform().name("floe-start " + name).daemon().start(() -> {
            try {
                action.run();
                end.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                end.completeExceptionally(e);
            }
        });
    }

    /** Waits until the start has ended, in whatever way. */
    public void awaitEnd() throws InterruptedException {
        try {
            if (running != null) {
                running.get();
            }
        } catch (ExecutionException _) {
            // whoever waits for the start itself is told
        }
    }

    /**
     * Waits until the start has succeeded.
     *
     * @throws IOException           if it failed with one
     * @throws IllegalStateException if it was not begun
     */
    public void await() throws IOException {
        if (running == null) {
            throw new IllegalStateException(name + " was not begun");
        }
        try {
            running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " started", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new CompletionException(e.getCause());
            }
        }
    }
}

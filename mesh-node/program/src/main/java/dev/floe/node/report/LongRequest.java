package dev.floe.node.report;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A request that reads or computes for seconds. It runs on a platform thread: a virtual one would hold one of the
 * carriers, which are as many as cores, and compiles would wait for it.
 */
final class LongRequest {
    private LongRequest() {}

    /** What is to be done. */
    @FunctionalInterface
    interface RequestAction {
        void run() throws IOException;
    }

    /** Returns when the work is done; what it throws is thrown. */
    static void run(String name, RequestAction work) throws IOException {
        FutureTask<Void> task = new FutureTask<>(() -> {
            work.run();
            return null;
        });
        Thread.ofPlatform().daemon().name("floe-request " + name).start(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Throwable failure -> throw new IllegalStateException(failure);
                case null -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

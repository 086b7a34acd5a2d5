package dev.floe.node.executor;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps all processors of this machine busy while it is open, so that races are lost and won in other places than
 * usual.
 */
public final class BusyProcessors implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    public BusyProcessors() {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            threads.add(Thread.ofPlatform().daemon().name("busy-" + i).start(this::spin));
        }
    }

    private void spin() {
        while (!closed) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}

package dev.floe.node.host;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.store.FailureText;

/**
 * Starts parts in order, and stops them in the reverse order. A part that cannot start has those stopped that started
 * before it. A part that does not stop in time, or fails to, does not keep the others from being stopped.
 */
public final class NodeLifecycle implements AutoCloseable {
    /** Longer than any part takes that works: an executor waits 5 seconds for its jobs. */
    public static final Duration MAX_STOP = Duration.ofSeconds(15);

    private static final Logger LOG = LogManager.getLogger(NodeLifecycle.class);

    private final Duration maxStop;
    private final Deque<LifecyclePart> started = new ArrayDeque<>(); // the last first; guarded by itself
    private boolean stopped; // guarded by started

    public NodeLifecycle(Duration maxStop) {
        this.maxStop = maxStop;
    }

    /** @throws IOException if a part cannot start, or this was stopped meanwhile; nothing is left that runs */
    public void start(List<LifecyclePart> parts) throws IOException {
        for (LifecyclePart part : parts) {
            try {
                part.start().run();
            } catch (IOException | RuntimeException | Error e) {
                LOG.debug("{} did not start", part.name());
                close();
                throw e;
            }
            if (!add(part)) {
                stop(part);
                throw new IOException("this node is stopping");
            }
        }
    }

    private boolean add(LifecyclePart part) {
        synchronized (started) {
            if (!stopped) {
                started.push(part);
            }
            return !stopped;
        }
    }

    private @Nullable LifecyclePart next() {
        synchronized (started) {
            stopped = true;
            return started.poll();
        }
    }

    /** Stops all parts that have started. No part starts afterwards. */
    @Override
    public void close() {
        for (LifecyclePart part = next(); part != null; part = next()) {
            stop(part);
        }
    }

    private void stop(LifecyclePart part) {
        Thread thread = Thread.ofPlatform().name("floe-stop " + part.name()).daemon().start(() -> {
            try {
                part.stop().run();
            } catch (Exception e) {
                LOG.warn("{} did not stop: {}", part.name(), FailureText.of(e));
            }
        });
        if (!awaitEnd(thread)) {
            LOG.warn("{} has not stopped within {} s; the other parts are stopped without it", part.name(),
                    maxStop.toSeconds());
        }
    }

    /** Also of a thread that is interrupted, since the other parts must stop, too. */
    private boolean awaitEnd(Thread thread) {
        boolean interrupted = false;
        long end = System.nanoTime() + maxStop.toNanos();
        try {
            while (true) {
                try {
                    return thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

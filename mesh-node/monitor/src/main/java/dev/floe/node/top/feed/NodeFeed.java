package dev.floe.node.top.feed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.floe.node.submitter.ControlClient;
import dev.floe.store.FailureText;

/** Watches through a node, on a thread of its own, and again when the node has gone away, until it is closed. */
public final class NodeFeed implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Source source;
    private final Duration pause;
    private final NodeFeedListener listener;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Asks a node to be watched; returns or throws when the node has gone. */
    public interface Source {
        void watch(Consumer<String> line) throws IOException;
    }

    /** Takes what the node reports; may block, which makes the node wait. */
    public interface NodeFeedListener {
        void receive(WatchLine line) throws InterruptedException;

        /** The node does not answer, for the reason that is given. */
        void lose(String why) throws InterruptedException;
    }

    public NodeFeed(Source source, NodeFeedListener listener) {
        this(source, PAUSE, listener);
    }

    /** @param pause between two attempts */
    NodeFeed(Source source, Duration pause, NodeFeedListener listener) {
        this.source = source;
        this.pause = pause;
        this.listener = listener;
    }

    public void start() {
        Thread.ofVirtual().name("watch").start(() -> {
            try {
                do {
                    listener.lose(watch());
                } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** @return why it is over */
    private String watch() throws InterruptedException {
        try {
            source.watch(this::receive);
            return "the node has ended the watching; it is shutting down, or of another release";
        } catch (IOException e) {
            return FailureText.of(e);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof StoppedException) {
                throw new InterruptedException();
            }
            return FailureText.of(Objects.requireNonNullElse(e.getCause(), e));
        } catch (RuntimeException e) { // a fault in a reader must not end the watching unnoticed
            return "what the node reports cannot be read: " + FailureText.of(e) + "; use one release on all nodes";
        }
    }

    private void receive(String line) {
        try {
            if (closed.getCount() == 0) {
                throw new StoppedException();
            }
            if (line.startsWith(ControlClient.ERROR)) {
                throw new IOException(line.substring(ControlClient.ERROR.length()));
            }
            listener.receive(WatchLine.parse(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new StoppedException());
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1;
    }
}

package dev.floe.node.cache.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.FailureText;

/**
 * One conversation with a peer, on a thread of its own, so that whoever began it can give it up at any time.
 * Thread-safe.
 */
public final class PeerCall<T> implements AutoCloseable {
    /** A peer that sends nothing for this time is given up; while something arrives, {@link #MAX} is the limit. */
    static final Duration IDLE_TIMEOUT = Duration.ofMillis(1000);
    static final Duration MAX = Duration.ofSeconds(30);

    private final Peer peer;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private final AtomicLong moved = new AtomicLong(); // bytes that came or went, as a sign of life
    private @Nullable MessageStream conversation; // guarded by this, as the next
    private boolean closed;

    /** What is said. */
    public interface Talk<T> {
        T with(MessageStream conversation, PeerCall<T> call) throws IOException;
    }

    PeerCall(Peer peer) {
        this.peer = peer;
    }

    /** What the peer answered; ends exceptionally if the call broke. */
    CompletableFuture<T> answer() {
        return answer;
    }

    public void moved(long bytes) {
        moved.addAndGet(bytes);
    }

    /** What {@link #moved} was told. */
    long movedBytes() {
        return moved.get();
    }

    /** Talks; to be called once, on the call's own thread. */
    void run(Opening opening, Talk<T> talk) {
        try (MessageStream opened = began(new MessageStream(opening.open()))) {
            answer.complete(talk.with(opened, this));
        } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /** Makes the connection. */
    interface Opening {
        PeerStream open() throws IOException;
    }

    private synchronized MessageStream began(MessageStream opened) throws IOException {
        if (closed) {
            opened.close();
            throw new IOException("given up");
        }
        conversation = opened;
        return opened;
    }

    /**
     * Waits for the answer while the peer shows signs of life; the call is over then in any case.
     *
     * @throws IOException if it broke, or had to be given up
     */
    public T await() throws IOException {
        long begun = System.nanoTime();
        long seen = moved.get();
        try (this) {
            while (true) {
                try {
                    return answer.get(IDLE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    long now = moved.get();
                    if (now == seen || System.nanoTime() - begun > MAX.toNanos()) {
                        throw new IOException(peer.info().name() + " does not answer", e);
                    }
                    seen = now;
                }
            }
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(peer.info().name() + ": " + FailureText.of(cause), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while talking to " + peer.info().name(), e);
        }
    }

    /** Gives it up if it is not over. */
    @Override
    public void close() {
        MessageStream open;
        synchronized (this) {
            closed = true;
            open = conversation;
        }
        if (open != null) {
            open.close();
        }
    }
}

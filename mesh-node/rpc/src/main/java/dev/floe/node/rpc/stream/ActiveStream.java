package dev.floe.node.rpc.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The stream that a thread has open, one after the other, and the pauses of this thread between them. {@link #close}
 * ends the stream or the pause, whichever it is. Thread-safe; one thread begins, ends and pauses.
 */
public final class ActiveStream implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition changed = lock.newCondition();
    private @Nullable MessageStream current;
    private long wakeCount;
    private boolean closed;

    /**
     * The thread uses {@code stream} until it calls {@link #end}.
     *
     * @throws IOException if this is closed; {@code stream} is closed then
     */
    public MessageStream begin(MessageStream stream) throws IOException {
        lock.lock();
        try {
            if (!closed) {
                current = stream;
                return stream;
            }
        } finally {
            lock.unlock();
        }
        stream.close();
        throw new IOException("this node is closing");
    }

    /** The thread does not use its stream any more. */
    public void end() {
        lock.lock();
        try {
            current = null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@link #wake} or {@link #close} is called, but no longer than {@code limit}; false if closed. */
    public boolean pause(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long before = wakeCount;
            long left = limit.toNanos();
            while (!closed && wakeCount == before && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a pause that is under way. */
    public void wake() {
        lock.lock();
        try {
            wakeCount++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        MessageStream open;
        lock.lock();
        try {
            closed = true;
            open = current;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.close();
        }
    }
}

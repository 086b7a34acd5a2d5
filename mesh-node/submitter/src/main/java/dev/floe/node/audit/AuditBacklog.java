package dev.floe.node.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.context.AuditQueue.ServedResult;

/** Results that wait to be audited, and the audit that is under way. Thread-safe; one thread takes. */
final class AuditBacklog implements AutoCloseable {
    private static final int MAX_WAITING = 256;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition changed = lock.newCondition();
    private final Deque<ServedResult> waiting = new ArrayDeque<>();
    private @Nullable MessageStream current;
    private long news; // rosters that came
    private boolean closing;

    /** False if too many wait already, or the node is closing. */
    boolean add(ServedResult served) {
        lock.lock();
        try {
            if (closing || waiting.size() >= MAX_WAITING) {
                return false;
            }
            waiting.add(served);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The next result, once there is one; null when the node is closing. */
    @Nullable
    ServedResult take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closing) {
                changed.await();
            }
            return closing ? null : waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    /** A roster has come: executors that were not there may be. */
    void meshChanged() {
        lock.lock();
        try {
            news++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something has changed in the mesh, or a few seconds; false if this node is closing. */
    boolean pause() throws InterruptedException {
        lock.lock();
        try {
            long seen = news;
            long left = LOOK_AGAIN.toNanos();
            while (!closing && news == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    /** An audit begins; {@link #close} ends its conversation. */
    MessageStream begin(MessageStream conversation) throws IOException {
        lock.lock();
        try {
            if (closing) {
                conversation.close();
                throw new IOException("this node is closing");
            }
            current = conversation;
            return conversation;
        } finally {
            lock.unlock();
        }
    }

    /** The audit has ended. */
    void end() {
        lock.lock();
        try {
            current = null;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /** Gives up what is under way and what waits. */
    @Override
    public void close() {
        MessageStream open;
        lock.lock();
        try {
            closing = true;
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

package dev.floe.node.web.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events that one client has not taken yet: a bounded number of bytes. Adding never blocks. A snapshot replaces the
 * one before. If the events are more than the client takes, all are dropped and the client gets {@link
 * ServerSentEvent#RESTARTED}; what comes after it has taken that is kept again.
 */
public final class EventQueue implements AutoCloseable {
    /** Bytes that may wait; a longer event waits alone. */
    static final int MAX_BYTES = 512 << 10;

    private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
    private final Condition changed = lock.newCondition();
    private final Deque<ServerSentEvent> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean lost; // the client has yet to take RESTARTED
    private boolean closed;

    /** Adds an event, unless the client has lost some and does not know it yet. */
    void add(ServerSentEvent event) {
        lock.lock();
        try {
            if (closed || lost) {
                return;
            }
            if (event.kind() == ServerSentEvent.Kind.SNAPSHOT) {
                waiting.removeIf(this::isReplaced);
            }
            if (!waiting.isEmpty() && bytes + event.bytes().length > MAX_BYTES) {
                waiting.clear();
                bytes = 0;
                lost = true;
                put(ServerSentEvent.RESTARTED);
            } else {
                put(event);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private boolean isReplaced(ServerSentEvent event) {
        boolean replaced = event.kind() == ServerSentEvent.Kind.SNAPSHOT;
        if (replaced) {
            bytes -= event.bytes().length;
        }
        return replaced;
    }

    private void put(ServerSentEvent event) {
        waiting.addLast(event);
        bytes += event.bytes().length;
    }

    /** The next event; empty after {@code patience} without one, or once this is closed. */
    public Optional<ServerSentEvent> take(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting.isEmpty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            ServerSentEvent next = closed ? null : waiting.pollFirst();
            if (next != null) {
                bytes -= next.bytes().length;
                lost &= next.kind() != ServerSentEvent.Kind.RESTART;
            }
            return Optional.ofNullable(next);
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

    /** Bytes that wait. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

package dev.floe.node.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;

/**
 * The bytes that have come on a stream and wait for their reader. The event loop adds them and says how they end; one
 * thread reads; closing, from whatever thread, ends a read that is under way.
 */
final class InboundBuffer extends InputStream {
    private static final int READ_AHEAD_BYTES = 256 * 1024;

    private final String peer;
    private final Runnable readOn;
    private final StallTimer time; // guarded by lock
    // Guards all below; changed is signalled when there is more to say.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuf> queue = new ArrayDeque<>();
    private int queuedBytes;
    private boolean ended;
    private boolean closed;
    private @Nullable String broken;

    /**
     * @param time   that the reader waits for bytes
     * @param readOn asks the stream for more; called when the queue has become short again
     */
    InboundBuffer(String peer, StallTimer time, Runnable readOn) {
        this.peer = peer;
        this.time = time;
        this.readOn = readOn;
    }

    /**
     * Takes ownership of {@code bytes}.
     *
     * @param last whether the peer has sent all with them; who reads the last bytes knows it at once
     */
    void add(ByteBuf bytes, boolean last) {
        lock.lock();
        try {
            ended |= last;
            time.add(bytes.readableBytes());
            if (closed || !bytes.isReadable()) {
                bytes.release();
            } else {
                queuedBytes += bytes.readableBytes();
                queue.add(bytes);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The peer has sent all. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come, though it should; what has come can still be read. */
    void breakOff(String reason) {
        lock.lock();
        try {
            broken = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the peer has sent all. */
    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the queue is so short that the stream should be read on. */
    boolean isShort() {
        lock.lock();
        try {
            return queuedBytes < READ_AHEAD_BYTES;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count;
        boolean nowShort;
        lock.lock();
        try {
            ByteBuf first = first();
            if (first == null) {
                return -1;
            }
            boolean wasLong = queuedBytes >= READ_AHEAD_BYTES;
            count = Math.min(length, first.readableBytes());
            first.readBytes(bytes, offset, count);
            queuedBytes -= count;
            if (!first.isReadable()) {
                queue.remove().release();
            }
            nowShort = wasLong && queuedBytes < READ_AHEAD_BYTES;
        } finally {
            lock.unlock();
        }
        if (nowShort) {
            readOn.run();
        }
        return count;
    }

    /** Waits for bytes; null at the end. */
    private @Nullable ByteBuf first() throws IOException {
        try {
            while (queue.isEmpty() && !ended && !closed && broken == null) {
                time.await(changed);
                if (queue.isEmpty() && !ended && !closed && broken == null && time.isOver()) {
                    throw new StreamStalledException(peer + ": sends nothing, or too slowly");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading from " + peer, e);
        }
        if (closed || queue.isEmpty() && !ended) {
            throw new StreamBrokenException(peer + ": " + (broken == null ? "closed" : broken));
        }
        return queue.peek();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            queue.forEach(ByteBuf::release);
            queue.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

package dev.floe.node.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;

/** What one virtual thread writes to a stream, in chunks; a channel that is full blocks the writer. */
final class StreamOutput extends OutputStream {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int LEAST_BYTES = 512;

    private final String peer;
    private final Supplier<Channel> channel;
    private final ReentrantLock lock = new ReentrantLock(); // guards ended and broken
    private final Condition changed = lock.newCondition(); // the channel is writable, or broken
    private boolean ended;
    private @Nullable String broken;
    private @Nullable ByteBuf pending; // the writer's own

    StreamOutput(String peer, Supplier<Channel> channel) {
        this.peer = peer;
        this.channel = channel;
    }

    /** The channel may have become writable. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void fail(String reason) {
        lock.lock();
        try {
            broken = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the end has been sent. */
    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            ByteBuf buffer = pending;
            if (buffer == null) {
                buffer = channel.get().alloc().buffer(Math.clamp(length - done, LEAST_BYTES, CHUNK_BYTES), CHUNK_BYTES);
                pending = buffer;
            }
            int count = Math.min(length - done, buffer.maxWritableBytes());
            buffer.writeBytes(bytes, offset + done, count);
            done += count;
            if (buffer.maxWritableBytes() == 0) {
                send(false);
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (pending != null) {
            send(false);
        }
    }

    /** Sends the end; may be called again. */
    @Override
    public void close() throws IOException {
        if (!isEnded()) {
            send(true);
        }
    }

    /** Drops what has not been sent; by the writer. */
    void release() {
        ByteBuf left = pending;
        pending = null;
        if (left != null) {
            left.release();
        }
    }

    private void send(boolean end) throws IOException {
        awaitWritable();
        ByteBuf buffer = pending == null ? channel.get().alloc().buffer(0) : pending;
        pending = null;
        if (end) {
            lock.lock();
            try {
                ended = true;
            } finally {
                lock.unlock();
            }
        }
        channel.get().writeAndFlush(new DefaultHttp2DataFrame(buffer, end)).addListener(sent -> {
            if (!sent.isSuccess()) {
                fail(String.valueOf(sent.cause()));
            }
        });
    }

    private void awaitWritable() throws IOException {
        lock.lock();
        try {
            while (broken == null && !channel.get().isWritable()) {
                changed.await();
            }
            if (broken != null) {
                throw new BrokenExchangeException(peer + ": " + broken);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing to " + peer, e);
        } finally {
            lock.unlock();
        }
    }
}

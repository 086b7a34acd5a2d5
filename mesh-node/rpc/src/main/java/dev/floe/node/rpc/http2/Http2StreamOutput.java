package dev.floe.node.rpc.http2;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;

import dev.floe.node.rpc.stream.StallTimer;
import dev.floe.node.rpc.stream.StreamStalledException;
import dev.floe.store.files.BlockOutputStream;

/** The sending half of a stream: gathers bytes into chunks, and blocks the writer while the channel is full. */
final class Http2StreamOutput extends BlockOutputStream {
    private static final int CHUNK_BYTES = 64 * 1024;
    /** At first, and while the link is slow: the peer sees progress only when a chunk is whole. */
    private static final int SMALL_CHUNK_BYTES = 16 * 1024;
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final StreamState state;
    private final String peer;
    private final StallTimer sendTime;
    private final StreamChannel channel;
    private final Consumer<String> onFailure;
    // All below is guarded by the lock of the state.
    private @Nullable ByteBuf pending;
    private long sentBytes;
    private boolean slow; // the last chunk waited for long

    /**
     * @param peer      for messages
     * @param channel   the stream's
     * @param onFailure called with the reason when the channel refuses bytes
     */
    Http2StreamOutput(StreamState state, String peer, StallTimer sendTime, StreamChannel channel,
            Consumer<String> onFailure) {
        this.state = state;
        this.peer = peer;
        this.sendTime = sendTime;
        this.channel = channel;
        this.onFailure = onFailure;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = fill(bytes, offset + done, length - done);
            done += count;
            if (count == 0) {
                send(false);
            }
        }
    }

    /** How many of the bytes found room; none if a chunk is full. */
    private int fill(byte[] bytes, int offset, int length) throws IOException {
        state.lock.lock();
        try {
            if (state.closed) {
                throw state.failure(peer);
            }
            ByteBuf buffer = pending;
            if (buffer == null) {
                int chunk = slow || sentBytes < CHUNK_BYTES ? SMALL_CHUNK_BYTES : CHUNK_BYTES;
                buffer = channel.alloc().buffer(Math.min(chunk, Math.max(512, length)), chunk);
                pending = buffer;
            }
            int count = Math.min(length, buffer.maxWritableBytes());
            buffer.writeBytes(bytes, offset, count);
            return count;
        } finally {
            state.lock.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        state.lock.lock();
        try {
            if (pending != null) {
                send(false);
            }
        } finally {
            state.lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        state.lock.lock();
        try {
            if (!state.outputEnded) {
                send(true);
            }
        } finally {
            state.lock.unlock();
        }
    }

    private void send(boolean end) throws IOException {
        state.lock.lock();
        try {
            awaitWritable();
            ByteBuf buffer = pending == null ? channel.alloc().buffer(0) : pending;
            pending = null;
            state.outputEnded |= end;
            sendTime.add(buffer.readableBytes());
            sentBytes += buffer.readableBytes();
            ChannelFutureListener whenSent = sent -> {
                if (!sent.isSuccess()) {
                    onFailure.accept(ConnectionFailure.text(sent.channel(), sent.cause()));
                }
            };
            state.lastSent = channel.writeAndFlush(new DefaultHttp2DataFrame(buffer, end)).addListener(whenSent);
        } finally {
            state.lock.unlock();
        }
    }

    private void awaitWritable() throws IOException {
        long begin = System.nanoTime();
        try {
            while (state.isUsable() && !channel.isWritable(sentBytes)) {
                sendTime.await(state.changed);
                if (state.isUsable() && !channel.isWritable(sentBytes) && sendTime.isOver()) {
                    release();
                    throw new StreamStalledException(peer + ": reads nothing, or too slowly");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing to " + peer, e);
        }
        slow = System.nanoTime() - begin > SLOW_NANOS;
        if (!state.isUsable()) {
            release();
            throw state.failure(peer);
        }
    }

    /** Gives up what has not been sent; called with the lock held. */
    void release() {
        ByteBuf old = pending;
        pending = null;
        if (old != null) {
            old.release();
        }
    }
}

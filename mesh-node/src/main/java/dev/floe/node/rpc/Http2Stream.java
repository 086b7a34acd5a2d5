package dev.floe.node.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

import dev.floe.node.bounds.PeerText;
import dev.floe.store.FailureText;

/**
 * Between a stream's event loop and the virtual thread that serves it. Inbound bytes wait in {@link InboundBuffer}; the
 * stream is read on while little waits there, so that HTTP/2's windows hold back a fast sender, and the peer's end is
 * noticed though nobody reads. Outbound, a full channel blocks the writer. Closing, from whatever thread, ends a read
 * or a write that is under way.
 */
final class Http2Stream extends ChannelInboundHandlerAdapter implements PeerStream {
    private static final int CHUNK_BYTES = 64 * 1024;
    /** At first, and while the link is slow: the peer sees progress only when a chunk is whole. */
    private static final int SMALL_CHUNK_BYTES = 16 * 1024;
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Remote remote;
    private final String peer;
    private final CompletableFuture<Http2HeadersFrame> headers = new CompletableFuture<>();
    private final InboundBuffer input;
    private final StreamOutput output = new StreamOutput();

    /**
     * Guards all fields below, and the output's; {@link #changed} is signalled when the channel becomes writable or
     * broken.
     */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Runnable> brokenActions = new ArrayList<>();
    private @Nullable String broken;
    private boolean outputEnded;
    private boolean closed;
    private @Nullable ChannelFuture lastSent;
    private final StallTimer sendTime;

    private volatile @Nullable Channel channel; // written once, by the event loop, before any other use

    /**
     * The other side, and how long it is waited for.
     *
     * @param peer   for messages
     * @param node   named in its certificate
     * @param memory for what comes and goes
     * @param bytes  that its connection has brought so far
     */
    record Remote(String peer, String node, WireMemory memory, LongSupplier bytes, StallPolicy receive,
            StallPolicy send) {}

    Http2Stream(Remote remote) {
        this.remote = remote;
        this.peer = remote.peer();
        this.input = new InboundBuffer(peer, new StallTimer(remote.receive(), remote.bytes()), () -> opened().read());
        this.sendTime = new StallTimer(remote.send(), remote.bytes());
    }

    CompletableFuture<Http2HeadersFrame> headers() {
        return headers;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        context.channel().config().setAutoRead(false);
        if (context.channel().isActive()) {
            context.read();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case Http2HeadersFrame frame -> {
                headers.complete(frame);
                if (frame.isEndStream()) {
                    input.end();
                }
            }
            case Http2DataFrame frame -> input.add(frame.content(), frame.isEndStream());
            case Http2ResetFrame frame -> fail("cancelled by the peer");
            default -> ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (input.isShort()) {
            context.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame) {
            fail("cancelled by the peer");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("connection closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(FailureText.of(cause));
        context.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(String reason) {
        List<Runnable> actions;
        lock.lock();
        try {
            if (broken != null || outputEnded && input.isEnded()) {
                return;
            }
            broken = reason;
            actions = List.copyOf(brokenActions);
            brokenActions.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        input.breakOff(reason);
        headers.completeExceptionally(new StreamBrokenException(peer + ": " + reason));
        actions.forEach(Runnable::run);
    }

    @Override
    public void onClosed(Runnable action) {
        lock.lock();
        try {
            if (broken == null) {
                brokenActions.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public String node() {
        return remote.node();
    }

    @Override
    public Optional<WireMemory> memory() {
        return Optional.of(remote.memory());
    }

    @Override
    public String path() {
        Http2HeadersFrame frame = headers.isCompletedExceptionally() ? null : headers.getNow(null);
        return frame == null || frame.headers().path() == null ? "" : PeerText.of(frame.headers().path().toString());
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void close() {
        boolean cancel;
        ChannelFuture answer;
        ChannelFuture last;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            cancel = broken == null && !(outputEnded && input.isEnded());
            answer = outputEnded ? lastSent : null;
            last = lastSent;
            brokenActions.clear();
            output.release();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        input.close();
        if (cancel && answer != null) {
            answer.addListener(sent -> cancel()); // at once, a reset would take back what is still to be sent
        } else if (cancel) {
            cancel();
        }
        if (last != null && !last.isDone() && remote.send().isBounded()) {
            endSoon(opened(), last);
        }
    }

    /** A peer that does not take the last bytes would keep them, and the stream, for ever. */
    private void endSoon(Channel stream, ChannelFuture last) {
        try {
            stream.eventLoop().schedule(() -> {
                if (!last.isDone()) {
                    cancel();
                }
            }, remote.send().first().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // the node ends, and all streams with it
        }
    }

    private void cancel() {
        Channel stream = opened();
        stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).addListener(done -> stream.close());
    }

    private Channel opened() {
        Channel stream = channel;
        if (stream == null) {
            throw new IllegalStateException("stream to " + peer + " is not open");
        }
        return stream;
    }

    private StreamBrokenException failure() {
        lock.lock();
        try {
            return new StreamBrokenException(peer + ": " + (broken == null ? "closed" : broken));
        } finally {
            lock.unlock();
        }
    }

    private final class StreamOutput extends OutputStream {
        private @Nullable ByteBuf pending;
        private long sentBytes;
        private boolean slow; // the last chunk waited for long

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
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
            lock.lock();
            try {
                if (closed) {
                    throw failure();
                }
                ByteBuf buffer = pending;
                if (buffer == null) {
                    int chunk = slow || sentBytes < CHUNK_BYTES ? SMALL_CHUNK_BYTES : CHUNK_BYTES;
                    buffer = opened().alloc().buffer(Math.min(chunk, Math.max(512, length)), chunk);
                    pending = buffer;
                }
                int count = Math.min(length, buffer.maxWritableBytes());
                buffer.writeBytes(bytes, offset, count);
                return count;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void flush() throws IOException {
            lock.lock();
            try {
                if (pending != null) {
                    send(false);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() throws IOException {
            lock.lock();
            try {
                if (!outputEnded) {
                    send(true);
                }
            } finally {
                lock.unlock();
            }
        }

        private void send(boolean end) throws IOException {
            lock.lock();
            try {
                awaitWritable();
                ByteBuf buffer = pending == null ? opened().alloc().buffer(0) : pending;
                pending = null;
                outputEnded |= end;
                sendTime.add(buffer.readableBytes());
                sentBytes += buffer.readableBytes();
                lastSent = opened().writeAndFlush(new DefaultHttp2DataFrame(buffer, end)).addListener(sent -> {
                    if (!sent.isSuccess()) {
                        fail(String.valueOf(sent.cause()));
                    }
                });
            } finally {
                lock.unlock();
            }
        }

        private void awaitWritable() throws IOException {
            long begin = System.nanoTime();
            try {
                while (broken == null && !closed && !opened().isWritable()) {
                    sendTime.await(changed);
                    if (broken == null && !closed && !opened().isWritable() && sendTime.isOver()) {
                        release();
                        throw new StreamStalledException(peer + ": takes nothing, or too little");
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while writing to " + peer, e);
            }
            slow = System.nanoTime() - begin > SLOW_NANOS;
            if (broken != null || closed) {
                release();
                throw failure();
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
}

package dev.floe.node.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Between a stream's event loop and the virtual thread that serves it. Inbound frames wait in a queue; the stream is read
 * only when the queue is empty, so that HTTP/2's windows hold back a fast sender. Outbound, a full channel blocks the writer.
 */
final class StreamBridge extends ChannelInboundHandlerAdapter implements Exchange {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final Object END = new Object();

    private final String peer;
    private final CompletableFuture<Http2HeadersFrame> headers = new CompletableFuture<>();
    private final BlockingQueue<Object> inbound = new LinkedBlockingQueue<>();
    private final Input input = new Input();
    private final Output output = new Output();

    /** Guards all fields below; {@link #changed} is signalled when the channel becomes writable or broken. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Runnable> brokenActions = new ArrayList<>();
    private @Nullable String broken;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean closed;

    private volatile @Nullable Channel channel; // written once, by the event loop, before any other use

    StreamBridge(String peer) {
        this.peer = peer;
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
                    endInput();
                }
            }
            case Http2DataFrame frame -> {
                boolean end = frame.isEndStream();
                if (isClosed()) {
                    frame.release();
                } else {
                    inbound.add(frame.content());
                }
                if (end) {
                    endInput();
                }
            }
            case Http2ResetFrame frame -> fail("cancelled by the peer");
            default -> ReferenceCountUtil.release(message);
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
        fail(cause.toString());
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

    private void endInput() {
        lock.lock();
        try {
            inputEnded = true;
        } finally {
            lock.unlock();
        }
        inbound.add(END);
    }

    private void fail(String reason) {
        List<Runnable> actions;
        lock.lock();
        try {
            if (broken != null || inputEnded && outputEnded) {
                return;
            }
            broken = reason;
            actions = List.copyOf(brokenActions);
            brokenActions.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        inbound.add(END);
        headers.completeExceptionally(new BrokenExchangeException(peer + ": " + reason));
        actions.forEach(Runnable::run);
    }

    @Override
    public void onBroken(Runnable action) {
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
    public String path() {
        Http2HeadersFrame frame = headers.getNow(null);
        return frame == null || frame.headers().path() == null ? "" : frame.headers().path().toString();
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
    public void cancel() {
        fail("given up here");
        Channel stream = opened();
        stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).addListener(done -> stream.close());
    }

    @Override
    public void close() {
        boolean cancel;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            cancel = broken == null && !(inputEnded && outputEnded);
            brokenActions.clear();
        } finally {
            lock.unlock();
        }
        Channel stream = opened();
        if (cancel) {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).addListener(done -> stream.close());
        }
        input.release();
        for (Object left = inbound.poll(); left != null; left = inbound.poll()) {
            ReferenceCountUtil.release(left);
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private Channel opened() {
        Channel stream = channel;
        if (stream == null) {
            throw new IllegalStateException("stream to " + peer + " is not open");
        }
        return stream;
    }

    private BrokenExchangeException failure() {
        lock.lock();
        try {
            return new BrokenExchangeException(peer + ": " + (broken == null ? "closed" : broken));
        } finally {
            lock.unlock();
        }
    }

    private final class Input extends InputStream {
        private @Nullable ByteBuf current;
        private boolean ended;

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
            ByteBuf from = next();
            if (from == null) {
                return -1;
            }
            int count = Math.min(length, from.readableBytes());
            from.readBytes(bytes, offset, count);
            return count;
        }

        /** The buffer to read from, or null at the end. */
        private @Nullable ByteBuf next() throws IOException {
            ByteBuf from = current;
            while (from == null || !from.isReadable()) {
                release();
                if (ended) {
                    return atEnd();
                }
                if (inbound.isEmpty()) {
                    opened().read();
                }
                Object item = take();
                if (item instanceof ByteBuf buffer) {
                    from = buffer;
                    current = buffer;
                } else {
                    ended = true;
                    from = null;
                }
            }
            return from;
        }

        private @Nullable ByteBuf atEnd() throws IOException {
            lock.lock();
            try {
                if (inputEnded) {
                    return null;
                }
            } finally {
                lock.unlock();
            }
            throw failure();
        }

        private Object take() throws IOException {
            try {
                return inbound.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading from " + peer, e);
            }
        }

        void release() {
            ByteBuf old = current;
            current = null;
            if (old != null) {
                old.release();
            }
        }
    }

    private final class Output extends OutputStream {
        private @Nullable ByteBuf pending;

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
                    buffer = opened().alloc().buffer(Math.min(CHUNK_BYTES, Math.max(512, length - done)), CHUNK_BYTES);
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

        @Override
        public void close() throws IOException {
            lock.lock();
            try {
                if (outputEnded) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            send(true);
        }

        private void send(boolean end) throws IOException {
            ByteBuf buffer = pending == null ? opened().alloc().buffer(0) : pending;
            pending = null;
            try {
                awaitWritable();
            } catch (IOException e) {
                buffer.release();
                throw e;
            }
            if (end) {
                lock.lock();
                try {
                    outputEnded = true;
                } finally {
                    lock.unlock();
                }
            }
            opened().writeAndFlush(new DefaultHttp2DataFrame(buffer, end)).addListener(sent -> {
                if (!sent.isSuccess()) {
                    fail(String.valueOf(sent.cause()));
                }
            });
        }

        private void awaitWritable() throws IOException {
            lock.lock();
            try {
                while (broken == null && !opened().isWritable()) {
                    changed.await();
                }
                if (broken != null) {
                    throw failure();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while writing to " + peer, e);
            } finally {
                lock.unlock();
            }
        }
    }
}

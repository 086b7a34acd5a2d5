package dev.floe.node.wire;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

/** Between a stream's event loop and the virtual thread that serves it. */
final class StreamBridge extends ChannelInboundHandlerAdapter implements Exchange {
    private final String peer;
    private final CompletableFuture<Http2HeadersFrame> headers = new CompletableFuture<>();
    private final StreamInput input;
    private final StreamOutput output;

    private final ReentrantLock lock = new ReentrantLock(); // guards the three below
    private final List<Runnable> brokenActions = new ArrayList<>();
    private boolean broken;
    private boolean closed;

    private volatile @Nullable Channel channel; // written once, by the event loop, before any other use

    StreamBridge(String peer) {
        this.peer = peer;
        this.input = new StreamInput(peer, () -> opened().read());
        this.output = new StreamOutput(peer, this::opened);
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
                if (frame.isEndStream()) {
                    input.end();
                }
                headers.complete(frame);
            }
            case Http2DataFrame frame -> {
                if (frame.isEndStream()) {
                    input.addLast(frame.content());
                } else {
                    input.add(frame.content());
                }
            }
            case Http2ResetFrame _ -> fail("cancelled by the peer");
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
        output.wake();
    }

    private void fail(String reason) {
        List<Runnable> actions;
        lock.lock();
        try {
            if (broken || isDone()) {
                return;
            }
            broken = true;
            actions = List.copyOf(brokenActions);
            brokenActions.clear();
        } finally {
            lock.unlock();
        }
        input.fail(reason);
        output.fail(reason);
        headers.completeExceptionally(new BrokenExchangeException(peer + ": " + reason));
        actions.forEach(Runnable::run);
    }

    private boolean isDone() {
        return input.isEnded() && output.isEnded();
    }

    @Override
    public void onBroken(Runnable action) {
        lock.lock();
        try {
            if (!broken) {
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
        Http2HeadersFrame frame = headers.isCompletedExceptionally() ? null : headers.getNow(null);
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
        reset();
    }

    private void reset() {
        Channel stream = opened();
        stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).addListener(done -> stream.close());
    }

    @Override
    public void close() {
        boolean unfinished;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            unfinished = !broken && !isDone();
            brokenActions.clear();
        } finally {
            lock.unlock();
        }
        if (unfinished) {
            reset();
        }
        input.release();
        output.release();
    }

    private Channel opened() {
        Channel stream = channel;
        if (stream == null) {
            throw new IllegalStateException("stream to " + peer + " is not open");
        }
        return stream;
    }
}

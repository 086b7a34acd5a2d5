package dev.floe.node.rpc.http2;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

import dev.floe.node.bounds.PeerText;
import dev.floe.node.rpc.stream.BlockingBuffer;
import dev.floe.node.rpc.stream.InboundStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StallPolicy;
import dev.floe.node.rpc.stream.StallTimer;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.node.rpc.stream.WireMemory;
import dev.floe.node.rpc.stream.WireProtocol;

/**
 * Between a stream's event loop and the virtual thread that serves it. Inbound bytes wait in a {@link BlockingBuffer};
 * the stream is read on while little waits there, so that HTTP/2's windows hold back a fast sender, and the peer's end
 * is noticed though nobody reads. Outbound, a full channel blocks the writer. Closing, from whatever thread, ends a
 * read or a write that is under way.
 */
public final class Http2Stream extends ChannelInboundHandlerAdapter implements PeerStream {
    private static final int READ_AHEAD_BYTES = 256 * 1024;

    private final Remote remote;
    private final String peer;
    private final CompletableFuture<Http2HeadersFrame> headers = new CompletableFuture<>();
    private final BlockingBuffer<ByteBuf> inbound;
    private final InboundStream input;
    private final Http2StreamOutput output;
    private final StreamState state = new StreamState();
    private final List<Runnable> brokenActions = new ArrayList<>(); // guarded by the lock of the state

    private final StreamChannel channel = new StreamChannel();

    /**
     * Who the other side is.
     *
     * @param name     for messages
     * @param node     named in its certificate
     * @param protocol that was negotiated with it
     */
    public record PeerIdentity(String name, String node, WireProtocol protocol) {}

    /**
     * The other side, and how long it is waited for.
     *
     * @param memory for what comes and goes
     * @param bytes  that its connection has brought so far
     */
    public record Remote(PeerIdentity identity, WireMemory memory, LongSupplier bytes, StallPolicy receive,
            StallPolicy send) {}

    public Http2Stream(Remote remote) {
        this.remote = remote;
        this.peer = remote.identity().name();
        this.inbound = new BlockingBuffer<>(peer, ByteBuf::readableBytes, READ_AHEAD_BYTES,
                new StallTimer(remote.receive(), remote.bytes()), () -> channel.use(Channel::read));
        this.input = new InboundStream(inbound);
        this.output = new Http2StreamOutput(state, peer, new StallTimer(remote.send(), remote.bytes()), channel,
                this::fail);
    }

    /**
     * Opens a stream of this side. Does not wait; a stream that cannot be opened breaks.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the event loops have ended
     */
    public void open(Channel connection, Http2HeadersFrame request) {
        channel.open(connection, this, request, reason -> fail("cannot open a stream: " + reason));
    }

    public CompletableFuture<Http2HeadersFrame> headers() {
        return headers;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel.opened(context.channel());
        signalWriter();
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
                Optional<String> refusal = RequestRefusal.find(frame);
                refusal.ifPresent(this::fail);
                headers.complete(frame);
                if (frame.isEndStream() && refusal.isEmpty()) {
                    inbound.end();
                }
            }
            case Http2DataFrame frame -> inbound.add(frame.content(), frame.isEndStream());
            case Http2ResetFrame frame -> fail("cancelled by the peer");
            default -> ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (inbound.hasRoom()) {
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
        fail(ConnectionFailure.ofClosed(context.channel()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(ConnectionFailure.text(context.channel(), cause));
        context.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        signalWriter();
    }

    private void signalWriter() {
        state.lock.lock();
        try {
            state.changed.signalAll();
        } finally {
            state.lock.unlock();
        }
    }

    private void fail(String reason) {
        List<Runnable> actions;
        state.lock.lock();
        try {
            if (state.broken != null || state.outputEnded && inbound.isEnded()) {
                return;
            }
            state.broken = reason;
            actions = List.copyOf(brokenActions);
            brokenActions.clear();
            state.changed.signalAll();
        } finally {
            state.lock.unlock();
        }
        inbound.breakOff(reason);
        headers.completeExceptionally(new StreamBrokenException(peer + ": " + reason));
        actions.forEach(Runnable::run);
    }

    @Override
    public void onClosed(Runnable action) {
        state.lock.lock();
        try {
            if (state.broken == null) {
                brokenActions.add(action);
                return;
            }
        } finally {
            state.lock.unlock();
        }
        action.run();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public String node() {
        return remote.identity().node();
    }

    @Override
    public WireProtocol protocol() {
        return remote.identity().protocol();
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
        boolean broken;
        ChannelFuture answer;
        ChannelFuture last;
        state.lock.lock();
        try {
            if (state.closed) {
                return;
            }
            state.closed = true;
            broken = state.broken != null;
            cancel = !broken && !(state.outputEnded && inbound.isEnded());
            answer = state.outputEnded ? state.lastSent : null;
            last = state.lastSent;
            brokenActions.clear();
            output.release();
            state.changed.signalAll();
        } finally {
            state.lock.unlock();
        }
        input.close();
        if (cancel && answer != null) {
            answer.addListener(sent -> cancel()); // at once, a reset would take back what is still to be sent
        } else if (cancel) {
            cancel();
        } else if (broken) {
            channel.use(Channel::close); // releases the frames that came before the end and were never read
        }
        if (last != null && !last.isDone() && remote.send().isBounded()) {
            channel.use(stream -> endSoon(stream, last));
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
        channel.use(stream -> stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL))
                .addListener(done -> stream.close()));
    }
}

package dev.floe.node.rpc.http2;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2PingFrame;

/** A meter of a connection's round trip: a ping, and the time until its answer. Used by the event loop alone. */
final class RoundTripMeter extends ChannelInboundHandlerAdapter {
    /** Pings without an answer; more are not sent. */
    private static final int MAX_OPEN = 16;

    private final Map<Long, CompletableFuture<Duration>> open = new HashMap<>();

    /** The time of one ping. Does not complete if the peer does not answer; fails if the connection ends. */
    static CompletableFuture<Duration> measure(Channel connection) {
        CompletableFuture<Duration> result = new CompletableFuture<>();
        try {
            connection.eventLoop().execute(() -> ping(connection, result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new IllegalStateException("this node is closing", e));
        }
        return result;
    }

    private static void ping(Channel connection, CompletableFuture<Duration> result) {
        RoundTripMeter meter = connection.pipeline().get(RoundTripMeter.class);
        if (meter == null || meter.open.size() >= MAX_OPEN) {
            result.completeExceptionally(new IllegalStateException("the connection cannot be measured"));
        } else {
            long now = System.nanoTime();
            meter.open.put(now, result);
            connection.writeAndFlush(new DefaultHttp2PingFrame(now));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2PingFrame ping && ping.ack()) {
            CompletableFuture<Duration> asked = open.remove(ping.content());
            if (asked != null) {
                asked.complete(Duration.ofNanos(System.nanoTime() - ping.content()));
            }
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open.values().forEach(
                asked -> asked.completeExceptionally(new IllegalStateException("the connection has ended")));
        open.clear();
        context.fireChannelInactive();
    }
}

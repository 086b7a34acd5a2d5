package dev.floe.node.rpc.http2;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;

/**
 * Closes a connection whose peer is frozen or cut off. While streams are open, or a ping is not answered, it pings
 * every {@link #INTERVAL} in which nothing has come; nothing at all heard for {@link #SILENCE} closes the connection,
 * and with it every exchange. It goes on for some seconds after the last of several jobs. An idle connection costs
 * nothing.
 */
final class ConnectionKeepAlive extends ChannelDuplexHandler {
    static final Duration INTERVAL = Duration.ofMillis(500);
    static final Duration SILENCE = Duration.ofMillis(2000);

    /** Set on a connection that is closed because its peer is silent. */
    static final AttributeKey<Boolean> SILENT = AttributeKey.valueOf(ConnectionKeepAlive.class, "silent");

    private final Http2FrameCodec codec;
    private final LivenessCheck liveness = new LivenessCheck(INTERVAL, SILENCE, System.nanoTime());
    private @Nullable ScheduledFuture<?> timer;

    ConnectionKeepAlive(Http2FrameCodec codec) {
        this.codec = codec;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        liveness.heard(System.nanoTime());
        timer = context.executor().scheduleAtFixedRate(() -> check(context), INTERVAL.toMillis(), INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        liveness.heard(System.nanoTime());
        context.fireChannelRead(message);
    }

    private void check(ChannelHandlerContext context) {
        long now = System.nanoTime();
        switch (liveness.check(now, codec.connection().numActiveStreams() > 0)) {
            case NOTHING -> {
                // nobody waits for this peer, or it has just been heard
            }
            case PING -> context.writeAndFlush(new DefaultHttp2PingFrame(now));
            case CLOSE -> {
                context.channel().attr(SILENT).set(Boolean.TRUE);
                context.close();
            }
        }
    }
}

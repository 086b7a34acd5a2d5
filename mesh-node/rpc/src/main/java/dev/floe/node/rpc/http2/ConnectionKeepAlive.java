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
 * every {@link #INTERVAL} in which nothing has come. Nothing at all heard for {@link #SILENCE}, or longer if the peer
 * is slow ({@link LivenessCheck}), closes the connection, and with it every exchange. It goes on for some seconds after
 * the last of several jobs. An idle connection costs nothing, unless it is held: then one ping every {@link
 * #HELD_INTERVAL}.
 */
final class ConnectionKeepAlive extends ChannelDuplexHandler {
    static final Duration INTERVAL = Duration.ofMillis(500);
    static final Duration SILENCE = Duration.ofMillis(2000);

    /** Shorter than any NAT forgets a connection after. */
    static final Duration HELD_INTERVAL = Duration.ofSeconds(20);

    /** On a connection that is closed because its peer is silent: after how long. */
    static final AttributeKey<Duration> SILENT = AttributeKey.valueOf(ConnectionKeepAlive.class, "silent");

    private final Http2FrameCodec codec;
    private final LivenessCheck liveness = new LivenessCheck(INTERVAL, SILENCE, System.nanoTime());
    private final boolean held;
    private long used = System.nanoTime(); // when the connection was last seen in use, or pinged because it is held
    private @Nullable ScheduledFuture<?> timer;

    /** @param held whether an idle connection is pinged too */
    ConnectionKeepAlive(Http2FrameCodec codec, boolean held) {
        this.codec = codec;
        this.held = held;
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
        boolean watched = codec.connection().numActiveStreams() > 0
                || held && now - used >= HELD_INTERVAL.toNanos();
        if (watched) {
            used = now;
        }
        switch (liveness.check(now, watched)) {
            case NOTHING -> {
                // nobody waits for this peer, or it has just been heard
            }
            case PING -> context.writeAndFlush(new DefaultHttp2PingFrame(now));
            case CLOSE -> {
                context.channel().attr(SILENT).set(liveness.limit(now));
                context.close();
            }
        }
    }
}

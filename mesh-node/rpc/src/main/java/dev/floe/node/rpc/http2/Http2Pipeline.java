package dev.floe.node.rpc.http2;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;

import dev.floe.node.bounds.AddressText;
import dev.floe.store.FailureText;

/**
 * HTTP/2 above TLS, the same on both sides: windows for a LAN, frames of a useful size, liveness, streams. A peer may
 * cancel as many streams as it likes: an interrupted build or a full mesh is no attack, and the usual limit would end
 * all other jobs of the connection.
 */
public final class Http2Pipeline {
    private static final Logger LOG = LogManager.getLogger(Http2Pipeline.class);
    private static final int STREAM_WINDOW_BYTES = 1 << 20;
    private static final int CONNECTION_WINDOW_BYTES = 16 << 20;
    private static final int FRAME_BYTES = 1 << 17;
    private static final int MAX_STREAMS = 4096;
    private static final int MAX_HEADER_BYTES = 8 << 10;

    private Http2Pipeline() {}

    /** What becomes of a connection that no stream uses. */
    public enum IdleCheck {
        NONE,
        /** It is pinged now and then: a NAT on its way keeps it, and a broken one is noticed. */
        PING
    }

    /** Sends requests on a connection, and answers none. */
    public static void client(ChannelPipeline pipeline, IdleCheck idle) throws Http2Exception {
        http2(pipeline, Http2FrameCodecBuilder.forClient(), RefuseStreams::new, idle);
    }

    /** Answers the requests that come on a connection. */
    public static void server(ChannelPipeline pipeline, Supplier<ChannelHandler> streams, IdleCheck idle)
            throws Http2Exception {
        http2(pipeline, Http2FrameCodecBuilder.forServer(), streams, idle);
    }

    private static void http2(ChannelPipeline pipeline, Http2FrameCodecBuilder builder,
            Supplier<ChannelHandler> inboundStreams, IdleCheck idle) throws Http2Exception {
        Http2FrameCodec codec = builder.initialSettings(settings()).validateHeaders(false)
                .decoderEnforceMaxRstFramesPerWindow(0, 0).encoderEnforceMaxRstFramesPerWindow(0, 0).build();
        pipeline.addLast(codec);
        pipeline.addLast(new ConnectionKeepAlive(codec, idle == IdleCheck.PING));
        pipeline.addLast(new RoundTripMeter());
        pipeline.addLast(new Http2MultiplexHandler(inboundStreams.get()));
        pipeline.addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                LOG.debug("connection broke peer={}: {}", AddressText.of(context.channel().remoteAddress()),
                        FailureText.of(cause));
                context.close();
            }
        });
        var controller = codec.connection().local().flowController();
        controller.incrementWindowSize(codec.connection().connectionStream(),
                CONNECTION_WINDOW_BYTES - controller.windowSize(codec.connection().connectionStream()));
    }

    /** Whether a connection was closed because nothing came from its peer for too long. */
    public static boolean isSilent(Channel connection) {
        return silence(connection).isPresent();
    }

    /** How long nothing had come from its peer when a connection was closed because of that. */
    static Optional<Duration> silence(Channel connection) {
        return Optional.ofNullable(connection.attr(ConnectionKeepAlive.SILENT).get());
    }

    /** The time of one ping; does not complete if the peer does not answer. */
    public static CompletableFuture<Duration> roundTrip(Channel connection) {
        return RoundTripMeter.measure(connection);
    }

    private static Http2Settings settings() {
        return new Http2Settings().initialWindowSize(STREAM_WINDOW_BYTES).maxFrameSize(FRAME_BYTES)
                .maxConcurrentStreams(MAX_STREAMS)
                .maxHeaderListSize(MAX_HEADER_BYTES);
    }

    /** The side that answers opens no streams of its own. */
    private static final class RefuseStreams extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(@Nullable Channel stream) {
            if (stream != null) {
                stream.close();
            }
        }
    }
}

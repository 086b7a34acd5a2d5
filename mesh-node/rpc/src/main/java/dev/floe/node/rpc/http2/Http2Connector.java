package dev.floe.node.rpc.http2;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;

import dev.floe.node.rpc.stream.WireProtocol;

/** Opens connections to peers: TCP, then TLS, then HTTP/2 in a version of the protocol that both sides know. */
public final class Http2Connector {
    /** What was negotiated on a connection; set before the connection is used. */
    private static final AttributeKey<WireProtocol> PROTOCOL = AttributeKey.valueOf(WireProtocol.class, "protocol");

    private final SslContext tls;
    private final Duration timeout;

    /** @param timeout for TCP alone */
    public Http2Connector(SslContext tls, Duration timeout) {
        this.tls = tls;
        this.timeout = timeout;
    }

    /**
     * Begins to connect; does not block.
     *
     * @param group  event loops that have started
     * @param result gets the connection, or why there is none. A connection that comes too late for it is closed.
     */
    public void connect(EventLoopGroup group, InetSocketAddress peer, CompletableFuture<Channel> result) {
        new Bootstrap().group(group).channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Handshake(result));
                    }
                }).connect(peer).addListener(connected -> {
                    if (!connected.isSuccess()) {
                        result.completeExceptionally(connected.cause());
                    }
                });
    }

    /** The version of the protocol on a connection that this class has opened. */
    public static WireProtocol protocol(Channel connection) {
        return connection.attr(PROTOCOL).get();
    }

    /** Sets up HTTP/2 once the handshake is done, and hands the connection out. */
    private static final class Handshake extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Channel> result;

        Handshake(CompletableFuture<Channel> result) {
            this.result = result;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                String name = context.pipeline().get(SslHandler.class).applicationProtocol();
                Optional<WireProtocol> version = WireProtocol.find(name);
                if (handshake.isSuccess() && version.isEmpty()) {
                    result.completeExceptionally(new IOException(WireProtocol.mismatch(name)));
                    context.close();
                } else if (handshake.isSuccess()) {
                    context.channel().attr(PROTOCOL).set(version.get());
                    Http2Pipeline.client(context.pipeline(), Http2Pipeline.IdleCheck.NONE);
                    context.pipeline().remove(this);
                    if (!result.complete(context.channel())) {
                        context.close(); // too late: nobody waits any more
                    }
                } else {
                    result.completeExceptionally(handshake.cause());
                    context.close();
                }
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            result.completeExceptionally(new IOException("closed during the handshake"));
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            result.completeExceptionally(cause);
            context.close();
        }
    }
}

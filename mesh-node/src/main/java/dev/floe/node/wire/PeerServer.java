package dev.floe.node.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLPeerUnverifiedException;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Listens for peers; each of their requests is served by a thread of its own, which is virtual unless its time is told. */
public final class PeerServer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(PeerServer.class);

    private final Channel listening;
    private final Service service;

    private PeerServer(Channel listening, Service service) {
        this.listening = listening;
        this.service = service;
    }

    /** Answers one request; may block. What it throws cancels the exchange and is logged. */
    @FunctionalInterface
    public interface Service {
        void serve(Exchange exchange) throws IOException;

        /** Whether it tells what time of the processor a request of this path took, and so must be served by a thread of the system. */
        default boolean isTimed(String path) {
            return false;
        }
    }

    /**
     * Told of each connection that ended at the handshake: no certificate of this mesh, plain TCP, another protocol version. Must not block.
     */
    @FunctionalInterface
    public interface Refused {
        void refused(@Nullable SocketAddress peer, String reason);
    }

    /** @throws IOException if the address cannot be bound; the message names it */
    public static PeerServer listen(Loops loops, InetSocketAddress address, Credentials credentials, Service service,
            Refused refused) throws IOException {
        SslContext tls = Tls.server(credentials);
        Executor timed = Executors
                .newCachedThreadPool(Thread.ofPlatform().name("floe-timed-", 0).daemon().factory());
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops.group()).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Gate(service, timed, refused));
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address + " for peers: " + bound.cause().getMessage()
                    + "; choose another with --listen", bound.cause());
        }
        return new PeerServer(bound.channel(), service);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        LOG.debug("closed the data plane's listener, service={}", service);
    }

    /** Lets a connection through once its handshake has succeeded. */
    private static final class Gate extends ChannelInboundHandlerAdapter {
        private final Service service;
        private final Executor timed;
        private final Refused refused;
        private boolean decided;

        Gate(Service service, Executor timed, Refused refused) {
            this.service = service;
            this.timed = timed;
            this.refused = refused;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                decided = true;
                SslHandler tls = context.pipeline().get(SslHandler.class);
                if (!handshake.isSuccess()) {
                    refuse(context, handshake.cause().getMessage());
                } else if (!Tls.PROTOCOL.equals(tls.applicationProtocol())) {
                    refuse(context, "speaks " + tls.applicationProtocol() + " where " + Tls.PROTOCOL
                            + " is spoken here; bring both nodes to one version");
                } else {
                    admit(context, name(tls));
                }
            }
            context.fireUserEventTriggered(event);
        }

        private void admit(ChannelHandlerContext context, String name) throws Http2Exception {
            String peer = name + "@" + context.channel().remoteAddress();
            Pipeline.http2(context.pipeline(), Http2FrameCodecBuilder.forServer(),
                    () -> new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel stream) {
                            serve(stream, peer);
                        }

                        @Override
                        public boolean isSharable() {
                            return true;
                        }
                    });
            context.pipeline().remove(this);
        }

        private void serve(Channel stream, String peer) {
            StreamBridge bridge = new StreamBridge(peer);
            stream.pipeline().addLast(bridge);
            bridge.headers().thenAccept(headers -> {
                stream.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
                Runnable work = () -> {
                    try (bridge) {
                        service.serve(bridge);
                    } catch (BrokenExchangeException e) {
                        LOG.debug("exchange ended early peer={} path={}: {}", peer, bridge.path(), e.getMessage());
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("request failed peer={} path={}", peer, bridge.path(), e);
                    }
                };
                if (service.isTimed(bridge.path())) {
                    timed.execute(work);
                } else {
                    Thread.ofVirtual().name("serve " + bridge.path() + " " + peer).start(work);
                }
            });
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!decided) {
                refuse(context, "closed before the handshake was done");
            }
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!decided) {
                decided = true;
                refuse(context, String.valueOf(cause.getMessage()));
            }
            context.close();
        }

        private void refuse(ChannelHandlerContext context, @Nullable String reason) {
            refused.refused(context.channel().remoteAddress(), String.valueOf(reason));
            context.close();
        }

        private static String name(SslHandler tls) throws SSLPeerUnverifiedException {
            Certificate certificate = tls.engine().getSession().getPeerCertificates()[0];
            return certificate instanceof X509Certificate x509
                    ? x509.getSubjectX500Principal().getName().replaceFirst("^CN=", "")
                    : "?";
        }
    }
}

package dev.floe.node.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509KeyManager;

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
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.bounds.DoorFormat;
import dev.floe.node.rpc.http2.Http2Pipeline;
import dev.floe.node.rpc.http2.Http2Stream;
import dev.floe.node.rpc.http2.ReverseChannels;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.WireProtocol;
import dev.floe.store.FailureText;

/**
 * Listens for peers; each of their requests is served by a thread of its own, which is virtual unless its time is told.
 */
public final class PeerServer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(PeerServer.class);
    private static final Duration HANDSHAKE = Duration.ofSeconds(6);

    private final EventLoops loops;
    private final InetSocketAddress wanted;
    private final SslContext tls;
    private final Service service;
    private final RequestThreads requests;
    private final ReverseConnector reverseConnector;
    private final HandshakeFailureListener refused;
    private final ServerLimits bounds;
    private final ConnectionLimiter entrance;
    private final AdmittedChannels members;
    private final PeerAdmission admission;
    private final Optional<PeerAdmission.Door> door;
    private final KeyManager keys;
    private volatile @Nullable Channel listening; // null before the start
    private volatile @Nullable PeerConnections outgoing; // whom peers that cannot be reached connect to; null: nobody

    /** A server that listens once it is started. */
    public PeerServer(EventLoops loops, InetSocketAddress address, TlsCredentials credentials, Service service,
            HandshakeFailureListener refused) throws IOException {
        this(loops, address, credentials, service, refused, ServerLimits.standard());
    }

    private PeerServer(EventLoops loops, InetSocketAddress address, TlsCredentials credentials, Service service,
            HandshakeFailureListener refused, ServerLimits bounds) throws IOException {
        this.loops = loops;
        this.wanted = address;
        this.tls = TlsContexts.server(credentials);
        this.service = service;
        this.requests = new RequestThreads(service, bounds, loops.memory());
        this.refused = refused;
        this.bounds = bounds;
        this.entrance = new ConnectionLimiter(bounds.connections());
        this.members = new AdmittedChannels(credentials.admission());
        this.admission = credentials.admission();
        this.door = admission.door();
        this.reverseConnector = new ReverseConnector(loops, TlsContexts.reverse(credentials), requests, members);
        this.keys = credentials.keys();
    }

    /** Answers one request; may block. What it throws cancels the exchange and is logged. */
    @FunctionalInterface
    public interface Service {
        void serve(PeerStream exchange) throws IOException;

        /**
         * Whether it reports the CPU time of a request of this path, and so must be served by a thread of
         * the system.
         */
        default boolean isTimed(String path) {
            return false;
        }
    }

    /**
     * Told of each connection that ended at the handshake: no certificate of this mesh, plain TCP, another protocol
     * version. Must not block.
     */
    @FunctionalInterface
    public interface HandshakeFailureListener {
        void refused(@Nullable SocketAddress peer, String reason);

        /** The other side ended it, as a member does that stops or is impatient. */
        default void ended(@Nullable SocketAddress peer, String reason) {
            refused(peer, reason);
        }
    }

    /** Makes a server and starts it. */
    public static PeerServer listen(EventLoops loops, InetSocketAddress address, TlsCredentials credentials,
            Service service,
            HandshakeFailureListener refused) throws IOException {
        return listen(loops, address, credentials, service, refused, ServerLimits.standard());
    }

    /** The same within other bounds. */
    public static PeerServer listen(EventLoops loops, InetSocketAddress address, TlsCredentials credentials,
            Service service,
            HandshakeFailureListener refused, ServerLimits bounds) throws IOException {
        PeerServer server = new PeerServer(loops, address, credentials, service, refused, bounds);
        server.start();
        return server;
    }

    /** Lets peers that this node cannot connect to open connections for its requests; to be called before the start. */
    public void acceptReverse(PeerConnections users) {
        outgoing = users;
    }

    /** Opens such connections for this node, on which it answers requests as on those that it accepts. */
    public ReverseConnector reverseConnector() {
        return reverseConnector;
    }

    /** @throws IOException if the address cannot be bound; the message names it */
    public void start() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops.group()).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true)
                .handler(entrance).childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler handshake = tls.newHandler(channel.alloc());
                        handshake.setHandshakeTimeoutMillis(HANDSHAKE.toMillis());
                        channel.pipeline().addLast(handshake, new ConnectionGate());
                    }
                });
        var bound = bootstrap.bind(wanted).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + AddressText.of(wanted) + " for peers: " + FailureText.of(bound.cause())
                            + "; choose another with --listen",
                    bound.cause());
        }
        listening = bound.channel();
    }

    /** Where it listens; before the start, where it will. */
    public InetSocketAddress address() {
        Channel bound = listening;
        return bound == null ? wanted : (InetSocketAddress) bound.localAddress();
    }

    /** Connections that are in their handshake. */
    int handshakes() {
        return entrance.handshakes();
    }

    /** Requests that are served. */
    int requests() {
        return requests.count();
    }

    @Override
    public void close() {
        reverseConnector.close();
        Channel bound = listening;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
        LOG.debug("closed the data plane's listener, service={}", service);
    }

    /** Lets a connection through once its handshake has succeeded. */
    private final class ConnectionGate extends ChannelInboundHandlerAdapter {
        private boolean decided;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                decided = true;
                SslHandler tls = context.pipeline().get(SslHandler.class);
                if (!handshake.isSuccess()) {
                    fail(context, handshake.cause());
                } else {
                    if (door.isPresent() && DoorFormat.PROTOCOL.equals(tls.applicationProtocol())) {
                        openDoor(context, tls, door.get());
                        return;
                    }
                    Optional<WireProtocol> version = WireProtocol.find(tls.applicationProtocol());
                    Optional<WireProtocol> reverse = WireProtocol.findReverse(tls.applicationProtocol());
                    if (version.isEmpty() && reverse.isEmpty()) {
                        refuse(context, WireProtocol.mismatch(tls.applicationProtocol()));
                    } else {
                        admit(context, tls, version, reverse);
                    }
                }
            }
            context.fireUserEventTriggered(event);
        }

        private void openDoor(ChannelHandlerContext context, SslHandler tls, PeerAdmission.Door service)
                throws SSLPeerUnverifiedException {
            Optional<X509Certificate> own = own(tls);
            if (own.isEmpty()) {
                refuse(context, "this node does not know which certificate it has shown");
                return;
            }
            X509Certificate peer = AdmittedChannels.peer(tls);
            context.pipeline().remove(this);
            DoorProtocol.serve(context.channel(), service, own.get(), peer);
        }

        /** What this node has shown; OpenSSL's sessions do not tell a server. */
        private Optional<X509Certificate> own(SslHandler tls) {
            Certificate[] known = tls.engine().getSession().getLocalCertificates();
            if (known != null && known.length > 0 && known[0] instanceof X509Certificate certificate) {
                return Optional.of(certificate);
            }
            return keys instanceof X509KeyManager manager
                    ? Optional.ofNullable(manager.getServerAliases("EC", null))
                            .map(aliases -> manager.getCertificateChain(aliases[0])).map(chain -> chain[0])
                    : Optional.empty();
        }

        private void admit(ChannelHandlerContext context, SslHandler tls, Optional<WireProtocol> version,
                Optional<WireProtocol> reverse) throws Http2Exception, SSLPeerUnverifiedException {
            if (!members.add(context.channel())) {
                refuse(context, "it belongs to another mesh, or was expelled from this one");
                return;
            }
            String name = AdmittedChannels.nodeName(tls);
            if (reverse.isPresent()) {
                OpenRequests.of(context.channel()).incrementAndGet(); // for this node's own requests, and pinged
            }
            String identity = AdmittedChannels.identity(tls);
            if (!entrance.admit(context.channel(), identity)) {
                refuse(context, "has too many connections, or all members together have");
                return;
            }
            Http2Stream.PeerIdentity peer = new Http2Stream.PeerIdentity(
                    name + "@" + AddressText.of(context.channel().remoteAddress()), name,
                    version.or(() -> reverse).orElseThrow());
            if (version.isPresent()) {
                requests.serve(context.pipeline(), peer, identity, Http2Pipeline.IdleCheck.NONE);
            } else {
                PeerConnections users = outgoing;
                Optional<InetSocketAddress> address = admission.address(AdmittedChannels.peer(tls));
                if (users == null || address.isEmpty()) {
                    refuse(context, "the mesh does not know the address of " + name + " yet");
                    return;
                }
                Http2Pipeline.client(context.pipeline(), Http2Pipeline.IdleCheck.PING);
                users.addReverse(address.get(), new ReverseChannels.ReverseChannel(context.channel(), peer));
            }
            context.pipeline().remove(this);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!decided) {
                end(context, "closed before the handshake was done");
            }
            context.fireChannelInactive();
        }

        private void end(ChannelHandlerContext context, String reason) {
            if (ConnectionLimiter.isDisplaced(context.channel())) {
                refuse(context, "too many connections without a handshake");
            } else {
                refused.ended(context.channel().remoteAddress(), reason);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!decided) {
                decided = true;
                fail(context, cause);
            }
            context.close();
        }

        private void fail(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof ClosedChannelException || cause instanceof SocketException) {
                end(context, FailureText.of(cause));
                context.close();
            } else {
                refuse(context, FailureText.of(cause));
            }
        }

        private void refuse(ChannelHandlerContext context, @Nullable String reason) {
            refused.refused(context.channel().remoteAddress(), String.valueOf(reason));
            context.close();
        }
    }
}

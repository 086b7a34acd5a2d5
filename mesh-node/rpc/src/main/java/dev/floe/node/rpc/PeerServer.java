package dev.floe.node.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.rpc.stream.PeerStream;
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
    private final ConnectionLimiter entrance;
    private final AdmittedChannels members;
    private final TlsCredentials credentials;
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
        this.entrance = new ConnectionLimiter(bounds.connections());
        this.members = new AdmittedChannels(credentials.admission());
        this.reverseConnector = new ReverseConnector(loops, TlsContexts.reverse(credentials), requests, members);
        this.credentials = credentials;
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
                        channel.pipeline().addLast(handshake, new ConnectionGate(entrance, members, requests, refused,
                                credentials, Optional.ofNullable(outgoing)));
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
        requests.close();
        LOG.debug("closed the data plane's listener, service={}", service);
    }
}

package dev.floe.node.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.rpc.http2.Http2Connector;
import dev.floe.node.rpc.http2.Http2Pipeline;
import dev.floe.node.rpc.http2.Http2Stream;
import dev.floe.node.rpc.http2.ReverseChannels;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StallPolicy;
import dev.floe.store.FailureText;

/**
 * The connections to peers: opened on first use, one a peer for each {@link ConnectionClass}, kept until they break.
 */
public final class PeerConnections implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(PeerConnections.class);
    /** Long enough for a second attempt of the kernel, which comes after a second. */
    private static final Duration CONNECT = Duration.ofMillis(1500);
    /** So many are enough for one that no other work has delayed. */
    private static final int PINGS = 3;

    private final EventLoops loops;
    private final Optional<Http2Connector> connector; // empty in no mesh
    private final Duration patience; // for a connection with its handshake
    private final Map<ConnectionRoute, CompletableFuture<Channel>> connections = new ConcurrentHashMap<>();
    private final PeerReachability reachability = new PeerReachability(System::nanoTime);
    private final ReverseChannels reverse = new ReverseChannels();
    private final Set<InetSocketAddress> probed = ConcurrentHashMap.newKeySet(); // by probes that have not ended
    private final AdmittedChannels members;
    private volatile boolean closed; // once set, no new connection is kept

    /** Bulk has a connection of its own, so that it does not delay jobs. */
    public enum ConnectionClass {
        JOBS, BULK
    }

    private record ConnectionRoute(InetSocketAddress address, ConnectionClass lane) {}

    /** @param credentials empty for a node that is in no mesh, and so reaches nobody */
    public PeerConnections(EventLoops loops, Optional<TlsCredentials> credentials) throws IOException {
        this(loops, credentials, CONNECT.multipliedBy(2));
    }

    PeerConnections(EventLoops loops, Optional<TlsCredentials> credentials, Duration patience) throws IOException {
        this.patience = patience;
        this.loops = loops;
        this.members = new AdmittedChannels(
                credentials.map(TlsCredentials::admission).orElse(PeerAdmission.HANDSHAKE));
        this.connector = credentials.isPresent()
                ? Optional.of(new Http2Connector(TlsContexts.client(credentials.get()), CONNECT))
                : Optional.empty();
    }

    /** The peers that this node cannot reach at the moment. */
    public PeerReachability reachability() {
        return reachability;
    }

    /**
     * Tries the peers again that could not be reached and whose pause is over; does not wait for them.
     *
     * @param members whether an address is still that of a member
     */
    public void retryUnreachable(Predicate<InetSocketAddress> members) {
        reachability.retain(members);
        reachability.due().forEach(this::probe);
    }

    /** Finds out in the background whether a peer can be reached, unless that is under way. */
    public void probe(InetSocketAddress peer) {
        if (isReversed(peer)) {
            reachability.reached(peer);
            return;
        }
        if (closed || connector.isEmpty() || !probed.add(peer)) {
            return;
        }
        Thread.ofVirtual().name("floe-probe " + peer).start(() -> {
            try {
                connection(new ConnectionRoute(peer, ConnectionClass.JOBS));
                reachability.reached(peer);
            } catch (IOException e) {
                LOG.debug("peer={} not reached: {}", AddressText.of(peer), FailureText.of(e));
            } finally {
                probed.remove(peer);
            }
        });
    }

    /**
     * Opens an exchange. Blocks while a connection is made, at most a few seconds. Fails at once if the peer could not
     * be reached before and has not been reached since. The peer notices the exchange when the first bytes are sent.
     *
     * @throws IOException if the peer cannot be reached or refuses this node; the message names it
     */
    public PeerStream open(InetSocketAddress peer, ConnectionClass lane, String path) throws IOException {
        Optional<String> outage = reachability.reason(peer);
        if (outage.isPresent() && reverse.find(peer, lane == ConnectionClass.BULK).isEmpty()) {
            throw new IOException(outage.get() + "; it is tried again in the background");
        }
        return retry(peer, lane, path);
    }

    /**
     * Opens an exchange also if the peer could not be reached before. The cause of the exception is a {@link
     * TimeoutException} if the peer has not answered.
     */
    public PeerStream retry(InetSocketAddress peer, ConnectionClass lane, String path) throws IOException {
        if (connector.isEmpty()) {
            throw new IOException("this node is in no mesh");
        }
        boolean bulk = lane == ConnectionClass.BULK;
        Optional<ReverseChannels.ReverseChannel> opened = reverse.find(peer, bulk);
        if (opened.isPresent()) {
            return open(opened.get().channel(), opened.get().peer(), path);
        }
        Channel connection;
        try {
            connection = connection(new ConnectionRoute(peer, lane));
        } catch (IOException e) {
            ReverseChannels.ReverseChannel meanwhile = reverse.find(peer, bulk).orElseThrow(() -> e);
            return open(meanwhile.channel(), meanwhile.peer(), path);
        }
        return open(connection, new Http2Stream.PeerIdentity(peer.toString(), peer.toString(),
                Http2Connector.protocol(connection)), path);
    }

    private PeerStream open(Channel connection, Http2Stream.PeerIdentity peer, String path) throws IOException {
        Http2Stream bridge = new Http2Stream(new Http2Stream.Remote(peer, loops.memory(), () -> 0,
                StallPolicy.ENDLESS, StallPolicy.ENDLESS));
        try {
            bridge.open(connection, new DefaultHttp2HeadersFrame(
                    new DefaultHttp2Headers().method("POST").scheme("https").authority("floe").path(path)));
        } catch (RejectedExecutionException e) {
            throw new IOException("this node is closing", e);
        }
        return bridge;
    }

    /**
     * The round trip to a peer: the shortest of a few pings. Blocks, at most a few seconds.
     *
     * @throws IOException if the peer cannot be reached or does not answer
     */
    public Duration roundTrip(InetSocketAddress peer) throws IOException {
        Optional<ReverseChannels.ReverseChannel> opened = reverse.find(peer, false);
        ConnectionRoute route = new ConnectionRoute(peer, ConnectionClass.JOBS);
        Optional<String> outage = reachability.reason(peer);
        if (opened.isEmpty() && outage.isPresent()) {
            throw new IOException(outage.get());
        }
        Channel connection = opened.isPresent() ? opened.get().channel() : connection(route);
        Duration shortest = await(route, Http2Pipeline.roundTrip(connection));
        for (int ping = 1; ping < PINGS; ping++) {
            Duration trip = await(route, Http2Pipeline.roundTrip(connection));
            shortest = trip.compareTo(shortest) < 0 ? trip : shortest;
        }
        return shortest;
    }

    /** From now on requests to a peer go over a connection that it has opened itself. */
    void addReverse(InetSocketAddress peer, ReverseChannels.ReverseChannel connection) {
        reverse.add(peer, connection);
        reachability.reached(peer);
        if (closed) {
            connection.channel().close();
        }
    }

    /** Whether requests to a peer go over a connection that it has opened itself. */
    public boolean isReversed(InetSocketAddress peer) {
        return reverse.find(peer, false).isPresent();
    }

    private Channel connection(ConnectionRoute route) throws IOException {
        while (true) {
            CompletableFuture<Channel> mine = new CompletableFuture<>();
            CompletableFuture<Channel> known = connections.putIfAbsent(route, mine);
            if (known == null) {
                return connect(route, mine);
            }
            Channel channel = await(route, known);
            if (channel.isActive()) {
                return channel;
            }
            connections.remove(route, known);
        }
    }

    private Channel connect(ConnectionRoute route, CompletableFuture<Channel> result) throws IOException {
        connector.orElseThrow(() -> new IOException("this node is in no mesh")).connect(loops.group(), route.address(),
                result);
        try {
            Channel channel = await(route, result);
            reachability.reached(route.address());
            channel.closeFuture().addListener(gone -> {
                connections.remove(route, result);
                if (Http2Pipeline.isSilent(channel)) {
                    reachability.failed(route.address(), "no sign of life from " + AddressText.of(route.address()));
                }
            });
            if (closed) {
                channel.close();
            }
            if (!members.add(channel)) {
                channel.close();
                throw new IOException(AddressText.of(route.address()) + " is no member of this mesh any more");
            }
            return channel;
        } catch (IOException e) {
            connections.remove(route, result);
            if (!closed && !isReversed(route.address()) && isUnreachable(e.getCause())) {
                reachability.failed(route.address(), FailureText.of(e));
            }
            if (!result.completeExceptionally(e) && !result.isCompletedExceptionally()) {
                result.join().close();
            }
            throw e;
        }
    }

    /** Whether nothing came back. A refusal comes at once, and says nothing of the link. */
    private static boolean isUnreachable(@Nullable Throwable cause) {
        Throwable reason = cause instanceof ExecutionException ? cause.getCause() : cause;
        return reason instanceof TimeoutException || reason instanceof ConnectTimeoutException
                || reason instanceof NoRouteToHostException;
    }

    private <T> T await(ConnectionRoute route, Future<T> future) throws IOException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("cannot reach " + AddressText.of(route.address()) + ": " + FailureText.of(e), e);
        } catch (TimeoutException e) {
            throw new IOException(
                    "no answer from " + AddressText.of(route.address()) + " within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while connecting to " + AddressText.of(route.address()), e);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (CompletableFuture<Channel> connection : connections.values()) {
            connection.completeExceptionally(new IOException("this node is closing"));
            Channel channel = connection.isCompletedExceptionally() ? null : connection.getNow(null);
            if (channel != null) {
                channel.close().awaitUninterruptibly();
            }
        }
    }
}

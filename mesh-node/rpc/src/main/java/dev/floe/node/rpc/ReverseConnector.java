package dev.floe.node.rpc;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.bounds.Backoff;
import dev.floe.node.rpc.http2.Http2Pipeline;
import dev.floe.node.rpc.http2.Http2Stream;
import dev.floe.node.rpc.stream.WireProtocol;
import dev.floe.store.FailureText;

/**
 * Holds connections open to peers that cannot connect to this node, and answers their requests on them: two a peer, one
 * for jobs and one for bulk. A connection that breaks is opened again at the next {@link #hold}. Thread-safe.
 */
public final class ReverseConnector implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ReverseConnector.class);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(15);
    private static final int OF_ONE_PEER = 2;

    private final EventLoops loops;
    private final SslContext tls;
    private final RequestThreads requests;
    private final AdmittedChannels members;
    private final Map<InetSocketAddress, HeldConnections> peers = new HashMap<>(); // guarded by this

    /** The connections to one peer: {@code all} includes those that are being opened. Guarded by the connector. */
    private static final class HeldConnections {
        final List<Channel> all = new ArrayList<>();
        final List<Channel> ready = new ArrayList<>();
        Backoff backoff = Backoff.doubling(FIRST_PAUSE, MAX_PAUSE);
    }

    ReverseConnector(EventLoops loops, SslContext tls, RequestThreads requests, AdmittedChannels members) {
        this.loops = loops;
        this.tls = tls;
        this.requests = requests;
        this.members = members;
    }

    /**
     * Holds connections to these peers and no others; does not wait. To be called about every second, because it opens
     * again what has broken.
     */
    public synchronized void hold(Set<InetSocketAddress> wanted) {
        peers.entrySet().removeIf(peer -> {
            if (wanted.contains(peer.getKey())) {
                return false;
            }
            List.copyOf(peer.getValue().all).forEach(Channel::close);
            return true;
        });
        long now = System.nanoTime();
        for (InetSocketAddress peer : wanted) {
            HeldConnections held = peers.computeIfAbsent(peer, _ -> new HeldConnections());
            for (int count = held.all.size(); count < OF_ONE_PEER && !held.backoff.isPaused(now); count++) {
                connect(peer, held);
            }
        }
    }

    /** Whether a peer can send requests over a connection that this node has opened. */
    public synchronized boolean isHeld(InetSocketAddress peer) {
        HeldConnections held = peers.get(peer);
        return held != null && !held.ready.isEmpty();
    }

    private void connect(InetSocketAddress peer, HeldConnections held) {
        Bootstrap bootstrap = new Bootstrap().group(loops.group()).channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler handshake = tls.newHandler(channel.alloc());
                        handshake.setHandshakeTimeoutMillis(CONNECT.toMillis());
                        channel.pipeline().addLast(handshake, new ReverseHandshake(held));
                    }
                });
        Channel channel = bootstrap.connect(peer).channel();
        held.all.add(channel);
        channel.closeFuture().addListener(_ -> closed(peer, held, channel));
    }

    private synchronized void ready(HeldConnections held, Channel channel) {
        held.ready.add(channel);
        held.backoff = Backoff.doubling(FIRST_PAUSE, MAX_PAUSE);
    }

    private synchronized void closed(InetSocketAddress peer, HeldConnections held, Channel channel) {
        held.all.remove(channel);
        if (!held.ready.remove(channel) && !held.backoff.isPaused(System.nanoTime())) {
            held.backoff = held.backoff.failed(System.nanoTime());
            LOG.debug("no connection for the requests of peer={}", AddressText.of(peer));
        }
    }

    @Override
    public void close() {
        hold(Set.of());
    }

    /** Answers requests once the handshake is done. */
    private final class ReverseHandshake extends ChannelInboundHandlerAdapter {
        private final HeldConnections held;

        ReverseHandshake(HeldConnections held) {
            this.held = held;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                SslHandler peer = context.pipeline().get(SslHandler.class);
                Optional<WireProtocol> version = WireProtocol.findReverse(peer.applicationProtocol());
                if (!handshake.isSuccess() || version.isEmpty() || !members.add(context.channel())) {
                    context.close();
                    return;
                }
                String name = AdmittedChannels.nodeName(peer);
                requests.serve(context.pipeline(), new Http2Stream.PeerIdentity(
                        name + "@" + AddressText.of(context.channel().remoteAddress()), name, version.get()),
                        AdmittedChannels.identity(peer), Http2Pipeline.IdleCheck.PING);
                context.pipeline().remove(this);
                ready(held, context.channel());
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("a connection for requests broke peer={}: {}", AddressText.of(context.channel().remoteAddress()),
                    FailureText.of(cause));
            context.close();
        }
    }
}

package dev.floe.node.rpc;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;

import dev.floe.node.bounds.FairConnectionLimiter;

/** Bounds the connections to a server: those that are in their handshake, and those of members. Thread-safe. */
@ChannelHandler.Sharable
final class ConnectionLimiter extends ChannelInboundHandlerAdapter {
    /** So many of the places for handshakes one host may have: some are left for others even while it opens many. */
    private static final double SHARE_OF_HOST = 0.75;

    private static final AttributeKey<Boolean> DISPLACED = AttributeKey.valueOf("floe.displaced");

    private final ServerLimits.ConnectionLimits bounds;
    private final FairConnectionLimiter<Channel> handshakes;
    private final Map<Channel, String> nodes = new LinkedHashMap<>(); // the oldest first; guarded by this
    private final Map<String, Integer> connections = new HashMap<>(); // of each node; guarded by this

    ConnectionLimiter(ServerLimits.ConnectionLimits bounds) {
        this.bounds = bounds;
        this.handshakes = new FairConnectionLimiter<>(bounds.handshakes(),
                Math.max(1, (int) (bounds.handshakes() * SHARE_OF_HOST)));
    }

    /** Each connection as it is accepted, before it has a thread. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel accepted = (Channel) message;
        handshakes.enter(accepted, FairConnectionLimiter.host(accepted.remoteAddress()))
                .ifPresent(ConnectionLimiter::displace);
        accepted.closeFuture().addListener(_ -> handshakes.leave(accepted));
        context.fireChannelRead(message);
    }

    private static void displace(Channel connection) {
        connection.attr(DISPLACED).set(true);
        connection.close();
    }

    /** Whether a connection was closed to make room for another that had not shown a certificate either. */
    static boolean isDisplaced(Channel connection) {
        return connection.hasAttr(DISPLACED);
    }

    int handshakes() {
        return handshakes.count();
    }

    /**
     * A connection has shown the certificate of {@code node}, an identity. If all places are taken, the oldest
     * connection without a request gives up its place: a node whose address changed cannot end its old connections, and
     * of those that are idle nobody else notices the end.
     *
     * @return whether there is room for it
     */
    boolean admit(Channel connection, String node) {
        handshakes.leave(connection);
        Optional<Channel> displaced = Optional.empty();
        synchronized (this) {
            if (connections.getOrDefault(node, 0) >= bounds.ofOneNode()) {
                displaced = oldestIdle(node);
                if (displaced.isEmpty()) {
                    return false;
                }
            } else if (nodes.size() >= bounds.all()) {
                displaced = oldestIdle("");
                if (displaced.isEmpty()) {
                    return false;
                }
            }
            displaced.ifPresent(this::leave);
            nodes.put(connection, node);
            connections.merge(node, 1, Integer::sum);
        }
        connection.closeFuture().addListener(_ -> leave(connection));
        displaced.ifPresent(Channel::close);
        return true;
    }

    /** @param node empty for any; called with the lock held */
    private Optional<Channel> oldestIdle(String node) {
        return nodes.entrySet().stream().filter(each -> node.isEmpty() || each.getValue().equals(node))
                .map(Map.Entry::getKey).filter(each -> OpenRequests.of(each).get() == 0).findFirst();
    }

    private synchronized void leave(Channel connection) {
        String node = nodes.remove(connection);
        if (node != null) {
            connections.computeIfPresent(node, (_, of) -> of > 1 ? of - 1 : null);
        }
    }
}

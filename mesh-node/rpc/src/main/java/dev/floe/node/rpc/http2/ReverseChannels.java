package dev.floe.node.rpc.http2;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.netty.channel.Channel;

/**
 * The connections that peers have opened to this node so that it can send requests to them, because it cannot connect
 * to them: they are behind a NAT or a firewall. By the address at which the peer says it listens. Thread-safe.
 */
public final class ReverseChannels {
    /** One for jobs and one for bulk. An older one belongs to a path that the peer has given up. */
    static final int MAX_OF_ONE_PEER = 2;

    private final Map<InetSocketAddress, List<ReverseChannel>> open = new HashMap<>(); // newest first; guarded by this

    /** A connection to a peer that the peer has opened. */
    public record ReverseChannel(Channel channel, Http2Stream.PeerIdentity peer) {}

    /** Adds a connection of the peer that listens at an address, and closes what is older than the last two. */
    public void add(InetSocketAddress peer, ReverseChannel added) {
        ReverseChannel oldest = null;
        synchronized (this) {
            List<ReverseChannel> channels = open.computeIfAbsent(peer, _ -> new ArrayList<>());
            channels.addFirst(added);
            if (channels.size() > MAX_OF_ONE_PEER) {
                oldest = channels.removeLast();
            }
        }
        if (oldest != null) {
            oldest.channel().close();
        }
        added.channel().closeFuture().addListener(_ -> remove(peer, added));
    }

    private synchronized void remove(InetSocketAddress peer, ReverseChannel gone) {
        List<ReverseChannel> channels = open.get(peer);
        if (channels != null && channels.remove(gone) && channels.isEmpty()) {
            open.remove(peer);
        }
    }

    /**
     * An open connection to a peer, if it has opened one.
     *
     * @param bulk whether it is for bulk, which has one of its own if there are two
     */
    public synchronized Optional<ReverseChannel> find(InetSocketAddress peer, boolean bulk) {
        @Nullable
        List<ReverseChannel> channels = open.get(peer);
        if (channels == null) {
            return Optional.empty();
        }
        List<ReverseChannel> active = channels.stream().filter(each -> each.channel().isActive()).toList();
        return active.isEmpty() ? Optional.empty() : Optional.of(bulk ? active.getLast() : active.getFirst());
    }
}

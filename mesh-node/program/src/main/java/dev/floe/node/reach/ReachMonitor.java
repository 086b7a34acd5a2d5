package dev.floe.node.reach;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.PeerConnections;

/**
 * Finds out which peers this node cannot reach, although the mesh has them: it tries those that were lost, and those
 * whose heartbeats do not come. Thread-safe.
 */
public final class ReachMonitor {
    /** How the words begin in which a node tells the mesh whom it does not reach. */
    public static final String WORDS = "does not reach ";
    private static final int MAX_NAMES = 5;

    private final Supplier<Roster> roster;
    private final PeerConnections connections;
    private final Supplier<Set<InetSocketAddress>> silent;

    /** @param silent the addresses of the group's members that this node has not heard for a while */
    public ReachMonitor(Supplier<Roster> roster, PeerConnections connections,
            Supplier<Set<InetSocketAddress>> silent) {
        this.roster = roster;
        this.connections = connections;
        this.silent = silent;
    }

    /** Tries those that are due; to be called about every second, does not block. */
    public void look() {
        List<Peer> others = roster.get().others();
        Set<InetSocketAddress> members = others.stream().map(peer -> dataAddress(peer.info()))
                .collect(Collectors.toSet());
        connections.retryUnreachable(members::contains);
        Set<InetSocketAddress> unheard = silent.get();
        for (Peer peer : others) {
            InetSocketAddress data = dataAddress(peer.info());
            boolean isSilent = unheard.contains(new InetSocketAddress(peer.info().host(), peer.info().dataPort() - 1));
            if (isSilent && connections.reachability().reason(data).isEmpty()) {
                connections.probe(data);
            }
        }
    }

    private static InetSocketAddress dataAddress(NodeInfo peer) {
        return new InetSocketAddress(peer.host(), peer.dataPort());
    }

    /** Why this node does not reach a peer; empty if it does. */
    public Optional<String> reason(NodeInfo peer) {
        return connections.reachability().reason(dataAddress(peer));
    }

    /** Whom this node does not reach, in words for every node of the mesh; empty if it reaches all. */
    public String words() {
        List<String> names = roster.get().others().stream().map(Peer::info)
                .filter(peer -> reason(peer).isPresent()).map(NodeInfo::name).sorted().toList();
        if (names.isEmpty()) {
            return "";
        }
        String more = names.size() > MAX_NAMES ? " and " + (names.size() - MAX_NAMES) + " more" : "";
        return WORDS + String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES))) + more;
    }
}

package dev.floe.node.mesh.state;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The nodes of the mesh as seen from one of them at one moment, itself among them, in the order of their ids. */
public record Roster(List<Peer> peers) {
    public Roster {
        peers = List.copyOf(peers);
    }

    /** All but the node that looks. */
    public List<Peer> others() {
        return peers.stream().filter(peer -> !peer.self()).toList();
    }

    /** The name of the node with an id; empty if it is not in the mesh. */
    public Optional<String> nameOf(String id) {
        return peers.stream().map(Peer::info).filter(info -> info.id().toString().equals(id)).findFirst()
                .map(NodeInfo::name);
    }

    /**
     * Where the member with a node key says that it listens. Empty if it is not known, or if others say so of the same
     * address: one of them may be lying to get what is for another.
     */
    public Optional<InetSocketAddress> addressOf(String nodeKey) {
        return peers.stream().map(Peer::info).filter(info -> !nodeKey.isEmpty() && info.nodeKey().equals(nodeKey))
                .findFirst().filter(info -> peers.stream().map(Peer::info).filter(info::hasSameAddress).count() == 1)
                .map(info -> new InetSocketAddress(info.host(), info.dataPort()));
    }

    /** The node with an id. */
    public Optional<Peer> find(NodeId id) {
        return peers.stream().filter(peer -> peer.info().id().equals(id)).findFirst();
    }
}

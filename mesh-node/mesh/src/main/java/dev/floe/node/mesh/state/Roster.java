package dev.floe.node.mesh.state;

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

    /** The node with an id. */
    public Optional<Peer> find(NodeId id) {
        return peers.stream().filter(peer -> peer.info().id().equals(id)).findFirst();
    }
}

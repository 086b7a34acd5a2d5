package dev.floe.node.audit;

import dev.floe.node.mesh.Group;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.submit.RemoteCompile.Door;
import dev.floe.node.wire.PeerConnections;
import dev.floe.node.wire.PeerConnections.Lane;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a result can be made anew: on an executor that is not its maker, or if there is none on this node. */
record Places(Group group, PeerConnections connections, Optional<Door> own, String ownName, String architecture) {
    /** @param self whether it is this node, whose background jobs wait for a slot that nobody else wants */
    record Place(String id, String name, Door door, boolean self) {}

    /** What there is. */
    sealed interface Found {
        record At(Place place) implements Found {}

        /** Some could, but have no slot free now. */
        record Later() implements Found {}

        record Nowhere() implements Found {}
    }

    /** @param avoided ids of nodes that are not to be asked */
    Found find(String toolchain, Set<String> avoided) {
        List<Peer> able = group.roster().others().stream().filter(peer -> isAble(peer, avoided)).toList();
        if (able.isEmpty()) {
            return own.<Found>map(door -> new Found.At(new Place("", ownName, door, true))).orElse(new Found.Nowhere());
        }
        Comparator<Peer> order = Comparator
                .comparing((Peer peer) -> !peer.info().offering().toolchains().contains(toolchain))
                .thenComparing(peer -> -freeSlots(peer));
        return able.stream().filter(peer -> freeSlots(peer) > 0).min(order)
                .<Found>map(peer -> new Found.At(place(peer.info()))).orElse(new Found.Later());
    }

    private Place place(NodeInfo info) {
        InetSocketAddress address = new InetSocketAddress(info.host(), info.dataPort());
        return new Place(info.id().toString(), info.name(), () -> connections.open(address, Lane.JOBS, "/job"), false);
    }

    private boolean isAble(Peer peer, Set<String> avoided) {
        NodeInfo info = peer.info();
        return !avoided.contains(info.id().toString()) && info.offering().executes() && info.offering().slots() > 0
                && info.machine().runsByItself(architecture)
                && !peer.state().map(NodeState::draining).orElse(false);
    }

    private static int freeSlots(Peer peer) {
        return peer.state().map(state -> state.freeSlots() - state.queued()).orElse(0);
    }
}

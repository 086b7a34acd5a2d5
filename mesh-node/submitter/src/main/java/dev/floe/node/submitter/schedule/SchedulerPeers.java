package dev.floe.node.submitter.schedule;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.placement.view.LocalView;

/** The nodes of the mesh by their ids, as last published. Guarded by the lock of {@link SubmitterScheduler}. */
final class SchedulerPeers {
    private final InstantSource clock;
    private Roster roster = new Roster(List.of());
    private Map<String, Peer> peers = Map.of(); // by id, in the order of the roster
    private @Nullable Peer self; // this node, if it executes

    SchedulerPeers(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes a roster, and tells {@code view} what is new; most nodes have published nothing since. */
    void update(Roster changed, LocalView view) {
        roster = changed;
        Map<String, Peer> before = peers;
        peers = new LinkedHashMap<>();
        for (Peer peer : changed.peers()) {
            String id = peer.info().id().toString();
            peers.put(id, peer);
            update(id, before.get(id), peer, view);
        }
        self = peers.values().stream().filter(peer -> peer.self() && peer.info().offering().executes())
                .findFirst().orElse(null);
        before.keySet().stream().filter(id -> !peers.containsKey(id)).forEach(view::left);
    }

    private void update(String id, @Nullable Peer before, Peer now, LocalView view) {
        if (before == null || !before.info().equals(now.info())
                || PlacementAdapter.draining(before) != PlacementAdapter.draining(now)) {
            view.described(PlacementAdapter.profile(id, now));
        }
        NodeState state = now.lastState();
        if (state != null && (before == null || !state.equals(before.lastState()))) {
            view.gossip(PlacementAdapter.state(id, state), clock.instant().minus(now.age()));
        }
    }

    Set<String> ids() {
        return peers.keySet();
    }

    /** This node; empty if it does not execute. */
    Optional<Peer> self() {
        return Optional.ofNullable(self);
    }

    /** Whether any node but this one has slots for others. */
    boolean hasExecutors() {
        return peers.values().stream().anyMatch(peer -> !peer.self() && peer.info().offering().executes()
                && peer.info().offering().slots() > 0);
    }

    /** The ids of other nodes that execute and are suitable. */
    Stream<String> executors(Predicate<NodeInfo> suitable) {
        return peers.entrySet().stream().filter(peer -> !peer.getValue().self())
                .filter(peer -> peer.getValue().info().offering().executes())
                .filter(peer -> suitable.test(peer.getValue().info())).map(Map.Entry::getKey);
    }

    /** The id of the node with a name; empty if there is none. */
    Optional<String> findId(String name) {
        return peers.entrySet().stream().filter(peer -> peer.getValue().info().name().equals(name))
                .map(Map.Entry::getKey).findFirst();
    }

    /** The name of the node with an id; the id itself if it has left. */
    String name(String id) {
        return roster.nameOf(id).orElse(id);
    }

    /** How to reach a node; empty if it has left. */
    Optional<PeerAddress> address(String id) {
        return Optional.ofNullable(peers.get(id)).map(peer -> new PeerAddress(id, peer.info().name(),
                new InetSocketAddress(peer.info().host(), peer.info().dataPort()),
                peer.info().offering().unavailable()));
    }
}

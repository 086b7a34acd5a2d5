package dev.floe.node.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;

/** The peers that are watched, and what each has sent. Guarded by the lock of {@link MeshWatcher}. */
final class WatchedPeers {
    private final Function<NodeInfo, PeerWatch> watch;
    private final Map<NodeId, PeerWatch> peers = new HashMap<>();
    private final Map<NodeId, NodeSample> samples = new HashMap<>();
    private final Set<NodeId> answered = new HashSet<>(); // have sent a sample, or cannot
    private final Map<NodeId, Long> lost = new HashMap<>();

    /** @param watch makes the watch of a new peer, which is started later */
    WatchedPeers(Function<NodeInfo, PeerWatch> watch) {
        this.watch = watch;
    }

    /** Watches to be closed and to be started, without the lock. */
    record WatchChanges(List<PeerWatch> ending, List<PeerWatch> starting) {}

    /** New peers are watched, those that are gone are not. */
    WatchChanges update(Roster roster) {
        List<PeerWatch> ending = new ArrayList<>();
        List<PeerWatch> starting = new ArrayList<>();
        Set<NodeId> present = new HashSet<>();
        for (Peer peer : roster.others()) {
            NodeInfo info = peer.info();
            if (!info.has(NodeFeature.WATCH)) {
                continue; // an older node would answer each attempt with a warning in its log
            }
            present.add(info.id());
            peers.computeIfAbsent(info.id(), _ -> {
                PeerWatch added = watch.apply(info);
                starting.add(added);
                return added;
            });
        }
        peers.entrySet().removeIf(entry -> {
            boolean gone = !present.contains(entry.getKey());
            if (gone) {
                ending.add(entry.getValue());
                samples.remove(entry.getKey());
                answered.remove(entry.getKey());
            }
            return gone;
        });
        return new WatchChanges(ending, starting);
    }

    /** Takes a sample; whether the peer has dropped records of jobs since its last one. */
    boolean add(NodeId peer, NodeSample sample) {
        if (!peers.containsKey(peer)) {
            return false;
        }
        samples.put(peer, sample);
        answered.add(peer);
        Long before = lost.put(peer, sample.lost());
        return before != null && sample.lost() > before;
    }

    /** The connection to a peer is lost. */
    void lost(NodeId peer) {
        if (peers.containsKey(peer)) {
            samples.remove(peer);
            lost.remove(peer);
            answered.add(peer);
        }
    }

    /** Forgets all; the watches are to be closed. */
    List<PeerWatch> clear() {
        List<PeerWatch> ending = List.copyOf(peers.values());
        peers.clear();
        samples.clear();
        answered.clear();
        lost.clear();
        return ending;
    }

    /** Whether each peer has sent a sample, or cannot. */
    boolean haveAnswered() {
        return answered.containsAll(peers.keySet());
    }

    /** The newest sample of a peer. */
    Optional<NodeSample> sample(NodeId peer) {
        return Optional.ofNullable(samples.get(peer));
    }

    /** Records of jobs that peers could not send. */
    long lostJobs() {
        return lost.values().stream().mapToLong(Long::longValue).sum();
    }
}

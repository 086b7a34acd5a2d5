package dev.floe.node.mesh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;

/**
 * The table of the last records of each member, with the time of their arrival by the own clock. Of a node that was
 * restarted before its old self was missed, only the later start counts. Written by one thread.
 */
final class PeerTable {
    private static final Logger LOG = LogManager.getLogger(PeerTable.class);

    private record Sighting(NodeInfo info, @Nullable NodeState state, long heardAt, boolean self) {
        boolean saysTheSameAs(@Nullable Sighting other) {
            return other != null && info.equals(other.info) && Objects.equals(state, other.state);
        }
    }

    private final Map<String, Sighting> byMember = new HashMap<>();
    /** Replaced as a whole; one sighting for each node, in the order of their ids. */
    private volatile List<Sighting> current = List.of();
    /** The name of another member that says it is this node. */
    private volatile @Nullable String duplicateNodeId;

    /** Takes in what the shared maps says of the members; whether anything is new. */
    boolean refresh(SharedMaps sharedMaps, List<String> members, @Nullable NodeInfo ownInfo,
            @Nullable NodeState ownState,
            long now) {
        byMember.keySet().retainAll(members);
        String self = sharedMaps.self();
        for (String member : members) {
            boolean own = member.equals(self);
            NodeInfo info = own ? ownInfo : sharedMaps.info(member);
            NodeState state = own ? ownState : sharedMaps.state(member);
            Sighting before = byMember.get(member);
            if (before != null && before.info() == info && before.state() == state && before.self() == own) {
                continue; // the very records that were looked at before
            }
            if (info != null && (before != null && before.info() == info || info.isSound())) {
                update(member, new Sighting(info, state != null && state.isSound() ? state : null, now, own), ownInfo);
            }
        }
        List<Sighting> next = distinct();
        boolean changed = !next.equals(current);
        current = next;
        return changed;
    }

    private void update(String member, Sighting seen, @Nullable NodeInfo ownInfo) {
        Sighting before = byMember.get(member);
        if (seen.saysTheSameAs(before)) {
            return;
        }
        byMember.put(member, seen);
        // A leftover of this node's last start never speaks again; one that does is another machine.
        if (before != null && !seen.self() && ownInfo != null && seen.info().id().equals(ownInfo.id())
                && duplicateNodeId == null) {
            duplicateNodeId = seen.info().name() + " at " + seen.info().host();
            LOG.error("two nodes have the same id id={} other=\"{}\": was a data directory copied?", ownInfo.id(),
                    duplicateNodeId);
        }
    }

    private List<Sighting> distinct() {
        Map<NodeId, Sighting> byNode = new HashMap<>();
        for (Sighting sighting : byMember.values()) {
            byNode.merge(sighting.info().id(), sighting, PeerTable::newer);
        }
        List<Sighting> sorted = new ArrayList<>(byNode.values());
        sorted.sort(Comparator.comparing(sighting -> sighting.info().id()));
        return List.copyOf(sorted);
    }

    private static Sighting newer(Sighting one, Sighting other) {
        if (one.self() || other.self()) {
            return one.self() ? one : other;
        }
        return other.info().stamp().isAfter(one.info().stamp()) ? other : one;
    }

    /** All nodes of whom something is known, with ages as of {@code now}. */
    Roster roster(long now) {
        return new Roster(current.stream().map(sighting -> new Peer(sighting.info(), sighting.state(),
                Duration.ofNanos(sighting.self() ? 0 : Math.max(0, now - sighting.heardAt())), sighting.self()))
                .toList());
    }

    /** Another machine that claims this node's id. */
    Optional<String> duplicateNodeId() {
        return Optional.ofNullable(duplicateNodeId);
    }
}

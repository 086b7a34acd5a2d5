package dev.floe.node.mesh;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.transport.RejectedConnection;

/** The status of a node's membership. */
public record GroupStatus(int members, boolean expectedPeers, Duration unchangedFor, Map<String, String> unreachable,
        Strangers strangers, @Nullable String twinName) {
    public GroupStatus {
        unreachable = Map.copyOf(unreachable);
    }

    /** How many strangers were refused, how many connections ended by themselves before, and the last refused. */
    public record Strangers(long refused, long aborted, @Nullable RejectedConnection last) {}

    public long refused() {
        return strangers.refused();
    }

    /** Whether it is a mesh of itself although it was told to join one: something is wrong, or it is the first. */
    public boolean isolated() {
        return expectedPeers && members == 1;
    }

    /** The last stranger that was turned away at this node's group port. */
    public Optional<RejectedConnection> lastRefusal() {
        return Optional.ofNullable(strangers.last());
    }

    /** Another machine with this node's id, most likely with a copy of its data directory. */
    public Optional<String> duplicateNodeId() {
        return Optional.ofNullable(twinName);
    }
}

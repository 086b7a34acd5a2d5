package dev.floe.node.mesh.state;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A node as another sees it: what it is, the last that was heard of what it is doing, and how long ago that was by the
 * clock of the one who sees. {@code self} marks the node that looks at itself.
 */
public record Peer(NodeInfo info, @Nullable NodeState lastState, Duration age, boolean self) {
    /** What it is doing; empty until the first word of it has come. */
    public Optional<NodeState> state() {
        return Optional.ofNullable(lastState);
    }
}

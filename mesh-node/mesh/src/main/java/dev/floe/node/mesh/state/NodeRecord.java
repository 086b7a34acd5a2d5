package dev.floe.node.mesh.state;

/**
 * A record that a node publishes about itself; of two of the same kind and node the one with the later stamp counts.
 */
public sealed interface NodeRecord permits NodeInfo, NodeState {
    /** When it was said. */
    StateVersion stamp();

    /** Whether its values are within the bounds that its type states; a record that is not is ignored. */
    boolean isSound();
}

package dev.floe.node.mesh.state;

import java.util.function.Supplier;

/** Whoever knows what this node is doing. */
@FunctionalInterface
public interface NodeStateSource {
    /**
     * The state as of now, with the next of {@code numbers}: of two states the one with the higher number is the newer,
     * whoever asks.
     */
    NodeState snapshot(Supplier<StateVersion> numbers);
}

package dev.floe.placement;

import java.util.Set;

/**
 * The profile of a node; changes rarely.
 *
 * @param node     its id
 * @param self     is the submitter itself
 * @param emulated architectures whose programs it runs through an emulator; its own if that goes for all it runs
 * @see NodeView for the other components
 */
public record NodeProfile(String node, String architecture, int slots, double speed, Set<String> toolchains,
        boolean draining, boolean self, Set<String> emulated) {
    public NodeProfile {
        toolchains = Set.copyOf(toolchains);
        emulated = Set.copyOf(emulated);
    }

    /** A node that emulates nothing. */
    public NodeProfile(String node, String architecture, int slots, double speed, Set<String> toolchains,
            boolean draining, boolean self) {
        this(node, architecture, slots, speed, toolchains, draining, self, Set.of());
    }
}

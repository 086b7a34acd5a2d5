package dev.floe.placement;

import java.util.Set;

/**
 * What a node is; changes rarely.
 *
 * @param node     its id
 * @param self     is the submitter itself
 * @see NodeView for the other components
 */
public record NodeProfile(String node, String architecture, int slots, double speed, Set<String> toolchains,
        boolean draining, boolean self) {
    public NodeProfile {
        toolchains = Set.copyOf(toolchains);
    }
}

package dev.floe.placement.view;

import java.util.Set;

/**
 * The capability of a node to run programs through an emulator. Its own architecture is among the processors if all of
 * its programs are emulated.
 *
 * @param processors architectures whose programs it emulates
 * @param share      speed of an emulated program as a share of the node's own; greater than 0, at most 1
 */
public record EmulationCapability(Set<String> processors, double share) {
    /** A node that emulates nothing. */
    public static final EmulationCapability NONE = new EmulationCapability(Set.of(), 1);

    /** @throws IllegalArgumentException if the share is outside its bounds */
    public EmulationCapability {
        processors = Set.copyOf(processors);
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("programs emulated at " + share + " of a node's speed cannot be");
        }
    }
}

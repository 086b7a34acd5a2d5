package dev.floe.placement.view;

import java.util.Set;

/**
 * The profile of a node; changes rarely.
 *
 * @param node       its id, the same on every node
 * @param self       is the submitter itself
 * @param spec       the machine and its slots
 * @param toolchains identities of the toolchains that it holds
 * @param draining   takes no new jobs
 */
public record NodeProfile(String node, boolean self, NodeSpec spec, Set<String> toolchains, boolean draining) {
    public NodeProfile {
        toolchains = Set.copyOf(toolchains);
    }

    /**
     * The machine of a node, and how much of it runs jobs.
     *
     * @param architecture of the programs that it can run, such as {@code x86_64}
     * @param slots        compiles at a time; 0 if it does not execute
     * @param speed        of one slot, relative to the reference core; greater than 0
     * @param emulated     architectures whose programs it runs through an emulator; its own if that goes for all it
     *                     runs
     * @param features     what it can do that a node of an older version cannot
     */
    public record NodeSpec(String architecture, int slots, double speed, Set<String> emulated, Set<String> features) {
        public NodeSpec {
            emulated = Set.copyOf(emulated);
            features = Set.copyOf(features);
        }

        /** One without features. */
        public NodeSpec(String architecture, int slots, double speed, Set<String> emulated) {
            this(architecture, slots, speed, emulated, Set.of());
        }
    }

    String architecture() {
        return spec.architecture();
    }

    int slots() {
        return spec.slots();
    }

    double speed() {
        return spec.speed();
    }

    Set<String> emulated() {
        return spec.emulated();
    }

    public Set<String> features() {
        return spec.features();
    }
}

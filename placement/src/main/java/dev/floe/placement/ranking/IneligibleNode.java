package dev.floe.placement.ranking;

import java.util.Optional;
import java.util.stream.Collectors;

import dev.floe.placement.PlacementRequest;
import dev.floe.placement.view.ExecutionMode;
import dev.floe.placement.view.NodeView;

/** Why a node may not run a job at all. */
public record IneligibleNode(NodeView node, IneligibilityReason reason, String text) {

    /** The kinds of obstacle, in the order in which they are looked for. */
    public enum IneligibilityReason {
        NOT_WANTED, NO_SLOTS, ARCHITECTURE, FEATURES, DRAINING, MEMORY, FAILING
    }

    /**
     * The first obstacle, or nothing if the node may run the job. A node that the user named is tried even if it has
     * just failed.
     */
    static Optional<IneligibilityReason> reason(NodeView node, PlacementRequest job) {
        boolean named = job.wantedNode().isPresent();
        if (named && !job.wantedNode().get().equals(node.id())) {
            return Optional.of(IneligibilityReason.NOT_WANTED);
        }
        if (node.slots() == 0) {
            return Optional.of(IneligibilityReason.NO_SLOTS);
        }
        if (ExecutionMode.of(node, job).isEmpty()) {
            return Optional.of(IneligibilityReason.ARCHITECTURE);
        }
        if (!node.profile().features().containsAll(job.features())) {
            return Optional.of(IneligibilityReason.FEATURES);
        }
        if (node.draining()) {
            return Optional.of(IneligibilityReason.DRAINING);
        }
        if (node.freeMemoryBytes() < job.memoryBytes()) {
            return Optional.of(IneligibilityReason.MEMORY);
        }
        if (!named && !node.self() && node.pause().isPositive()) {
            return Optional.of(IneligibilityReason.FAILING);
        }
        return Optional.empty();
    }

    static IneligibleNode of(NodeView node, PlacementRequest job, IneligibilityReason reason) {
        String text = switch (reason) {
            case NOT_WANTED -> "the job asks for node " + job.wantedNode().orElse("?");
            case NO_SLOTS -> "offers no slots";
            case ARCHITECTURE -> "runs " + node.architecture() + ", the toolchain needs " + job.architecture();
            case FEATURES -> "is of an older version without " + missing(node, job) + ", which the job needs";
            case DRAINING -> "takes no new jobs";
            case MEMORY ->
                "has " + node.freeMemoryBytes() + " bytes of memory free, the job needs " + job.memoryBytes();
            case FAILING -> "failed its last jobs; tried again in " + node.pause().toMillis() + " ms";
        };
        return new IneligibleNode(node, reason, text);
    }

    private static String missing(NodeView node, PlacementRequest job) {
        return job.features().stream().filter(feature -> !node.profile().features().contains(feature)).sorted()
                .collect(Collectors.joining(", "));
    }
}

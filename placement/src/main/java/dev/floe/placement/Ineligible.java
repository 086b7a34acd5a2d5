package dev.floe.placement;

import java.util.Optional;

/** Why a node may not run a job at all. */
public record Ineligible(NodeView node, Reason reason, String text) {

    /** The kinds of obstacle, in the order in which they are looked for. */
    public enum Reason {
        NOT_WANTED, NO_SLOTS, ARCHITECTURE, DRAINING, MEMORY, FAILING
    }

    /** The first obstacle, or nothing if the node may run the job. A node that the user named is tried even if it has just failed. */
    static Optional<Reason> reason(NodeView node, Job job) {
        boolean named = job.wantedNode().isPresent();
        if (named && !job.wantedNode().get().equals(node.id())) {
            return Optional.of(Reason.NOT_WANTED);
        }
        if (node.slots() == 0) {
            return Optional.of(Reason.NO_SLOTS);
        }
        if (Way.of(node, job).isEmpty()) {
            return Optional.of(Reason.ARCHITECTURE);
        }
        if (node.draining()) {
            return Optional.of(Reason.DRAINING);
        }
        if (node.freeMemoryBytes() < job.memoryBytes()) {
            return Optional.of(Reason.MEMORY);
        }
        if (!named && !node.self() && node.pause().isPositive()) {
            return Optional.of(Reason.FAILING);
        }
        return Optional.empty();
    }

    static Ineligible of(NodeView node, Job job, Reason reason) {
        String text = switch (reason) {
            case NOT_WANTED -> "the job asks for node " + job.wantedNode().orElse("?");
            case NO_SLOTS -> "offers no slots";
            case ARCHITECTURE -> "runs " + node.architecture() + ", the toolchain needs " + job.architecture();
            case DRAINING -> "takes no new jobs";
            case MEMORY ->
                "has " + node.freeMemoryBytes() + " bytes of memory free, the job needs " + job.memoryBytes();
            case FAILING -> "failed its last jobs; tried again in " + node.pause().toMillis() + " ms";
        };
        return new Ineligible(node, reason, text);
    }
}

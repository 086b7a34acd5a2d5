package dev.floe.node.executor.admission;

import java.util.Locale;

import dev.floe.placement.AdmissionPolicy;

/** Why an executor has refused an offer, without the details that its submitter is told. */
public enum Refusal {
    NO_SLOTS, DRAINING, MEMORY, FULL, FAIR_SHARE,
    /** This node does not execute. */
    NOT_EXECUTING,
    /** The user of this node has paused it. */
    PAUSED,
    /** Its toolchain cannot be used on this node now. */
    TOOLCHAIN,
    /** The inputs of an earlier job of the submitter did not come. */
    STALLED,
    /** It is longer than the node has memory for at the moment. */
    TOO_LONG,
    /** It is not what an offer must be. */
    MALFORMED;

    public static Refusal of(AdmissionPolicy.RejectionReason reason) {
        return switch (reason) {
            case NO_SLOTS -> NO_SLOTS;
            case DRAINING -> DRAINING;
            case MEMORY -> MEMORY;
            case FULL -> FULL;
            case FAIR_SHARE -> FAIR_SHARE;
        };
    }

    /** One word, for labels of metrics. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

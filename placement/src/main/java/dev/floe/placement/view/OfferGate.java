package dev.floe.placement.view;

/** The gate that decides whether a submitter should offer a job to a node; see {@link LocalView}. */
public enum OfferGate {
    OPEN,
    /** Not before one of the earlier offers is answered, which mostly takes no longer than a round trip. */
    AWAITED,
    /** Not before more is heard of the node. */
    CLOSED
}

package dev.floe.placement;

/** Whether a submitter should make a node an offer; see {@link LocalView}. */
public enum OfferGate {
    OPEN,
    /** Not before one of the earlier offers is answered, which mostly takes no longer than a round trip. */
    AWAITED,
    /** Not before more is heard of the node. */
    CLOSED
}

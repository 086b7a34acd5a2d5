package dev.floe.placement;

/** The answer that a submitter expects to an offer; best first. */
public enum Prospect {
    /** A slot is probably free. */
    ACCEPTED,
    /** A slot is probably free, and an offer to be made once an earlier one is answered. */
    SOON,
    /** All slots are taken; there is probably a place among the few jobs accepted ahead. */
    QUEUED,
    /** None of these; an offer now would probably cost a round trip for nothing. */
    REFUSED;

    static Prospect of(NodeView node, Way way, Job job, Policy policy) {
        if (node.hasRoom()) {
            return ACCEPTED;
        }
        if (node.openness() == Openness.AWAITED && node.freeSlots() >= 0.5) {
            return SOON;
        }
        if (node.openness() != Openness.OPEN) {
            return REFUSED;
        }
        double fetch = node.self() ? 0 : job.inputBytes() / node.bytesPerSecond();
        int ahead = Admission.placesAhead(node.slots(), Seconds.of(node.roundTrip()) + fetch,
                policy.usualRun(job) / way.speed());
        return node.freeSlots() - 0.5 >= -ahead ? QUEUED : REFUSED;
    }
}

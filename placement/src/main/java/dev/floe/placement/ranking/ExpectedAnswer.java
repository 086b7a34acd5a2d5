package dev.floe.placement.ranking;

import dev.floe.placement.AdmissionPolicy;
import dev.floe.placement.DurationSeconds;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.view.ExecutionMode;
import dev.floe.placement.view.NodeView;
import dev.floe.placement.view.OfferGate;

/** The answer that a submitter expects to an offer; best first. */
public enum ExpectedAnswer {
    /** A slot is probably free. */
    ACCEPTED,
    /** A slot is probably free, and an offer to be made once an earlier one is answered. */
    SOON,
    /** All slots are taken; there is probably a place among the few jobs accepted ahead. */
    QUEUED,
    /** None of these; an offer now would probably cost a round trip for nothing. */
    REFUSED;

    static ExpectedAnswer of(NodeView node, ExecutionMode way, PlacementRequest job, PlacementParameters policy) {
        if (node.hasRoom()) {
            return ACCEPTED;
        }
        if (node.openness() == OfferGate.AWAITED && node.freeSlots() >= 0.5) {
            return SOON;
        }
        if (node.openness() != OfferGate.OPEN) {
            return REFUSED;
        }
        double fetch = node.self() ? 0 : job.inputBytes() / node.bytesPerSecond();
        int ahead = AdmissionPolicy.placesAhead(node.slots(), DurationSeconds.of(node.roundTrip()) + fetch,
                policy.usualRun(job) / way.speed());
        return node.freeSlots() - 0.5 >= -ahead ? QUEUED : REFUSED;
    }
}

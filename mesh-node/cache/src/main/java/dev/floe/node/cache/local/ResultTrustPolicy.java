package dev.floe.node.cache.local;

import java.util.Optional;

import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** The policy that decides which results this node accepts from peers, uses itself and sends to others. */
public record ResultTrustPolicy(ResultSigner seals, ResultDenylist doubts) {
    /** Believes all. */
    public static final ResultTrustPolicy ALL = new ResultTrustPolicy(ResultSigner.NONE, ResultDenylist.NONE);

    /**
     * Whether the result of a job may go to all. What a substitute compiler makes has the key of the command's own, and
     * the submitter alone says that it is as good. Where the cache is restricted, that is not enough.
     */
    public boolean sharesJob(Offer offer) {
        return offer.standIn() == null || !seals.isRestricted();
    }

    /** A result that this node made, as others accept it; empty if they would not. */
    public Optional<ActionResult> signed(ActionKey key, ActionResult result) {
        if (doubt(key, result).isPresent()) {
            return Optional.empty();
        }
        return result.seal().isNone() ? seals.signed(key, result) : Optional.of(result);
    }

    /** Why a result that is held here is not used. Quick. */
    public Optional<String> localRejectionReason(ActionKey key, ActionResult result) {
        return doubt(key, result).or(() -> seals.flawAtHand(result));
    }

    /** Why a result that a peer sends is not taken. */
    public Optional<String> rejectionReason(ActionKey key, ActionResult result) {
        return doubt(key, result).or(() -> seals.flaw(key, result));
    }

    private Optional<String> doubt(ActionKey key, ActionResult result) {
        return doubts.about(key).or(() -> doubts.about(result));
    }
}

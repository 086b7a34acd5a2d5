package dev.floe.node.cache.claims;

import dev.floe.store.actioncache.ActionKey;

/** A result that a caller on this node has set out to make. Thread-safe. */
public final class ResultClaim implements AutoCloseable {
    private final InFlightResults.InFlightResult running;
    private final Runnable withdraw;

    /** @param withdraw takes the claim out of the mesh's index; must not block */
    public ResultClaim(InFlightResults.InFlightResult running, Runnable withdraw) {
        this.running = running;
        this.withdraw = withdraw;
    }

    /** What was claimed. */
    public ActionKey key() {
        return running.key();
    }

    /**
     * Tells those who wait that the result is there, under this key: held by this node, or about to be announced by the
     * node that made it, whose announcement ends the claim.
     */
    public void done(ActionKey storedUnder) {
        if (running.end(new InFlightResults.ClaimOutcome.ClaimDone(storedUnder)) && !storedUnder.equals(key())) {
            withdraw.run();
        }
    }

    /** Without {@link #done} before it: there will be no result, and those who wait make it themselves. */
    @Override
    public void close() {
        if (running.end(new InFlightResults.ClaimOutcome.ClaimAbandoned("its maker gave up"))) {
            withdraw.run();
        }
    }
}

package dev.floe.node.cache;

import dev.floe.store.action.ActionKey;

/** A result that a caller on this node has set out to make. Thread-safe. */
public final class Claim implements AutoCloseable {
    private final Claims.Running running;
    private final Runnable withdraw;

    /** @param withdraw takes the claim out of the mesh's index; must not block */
    Claim(Claims.Running running, Runnable withdraw) {
        this.running = running;
        this.withdraw = withdraw;
    }

    /** What was claimed. */
    public ActionKey key() {
        return running.key();
    }

    /**
     * Tells those who wait that the result is there, under this key: held by this node, or about to be announced by the node
     * that made it, whose announcement ends the claim.
     */
    public void done(ActionKey storedUnder) {
        if (running.end(new Claims.Outcome.Done(storedUnder)) && !storedUnder.equals(key())) {
            withdraw.run();
        }
    }

    /** Without {@link #done} before it: there will be no result, and those who wait make it themselves. */
    @Override
    public void close() {
        if (running.end(new Claims.Outcome.GivenUp("its maker gave up"))) {
            withdraw.run();
        }
    }
}

package dev.floe.node.executor;

import java.util.concurrent.atomic.AtomicReference;

/** Whether a job has started or was returned to its submitter: the first of the two decides, on whichever thread. */
final class JobStart {
    private enum Decision {
        NONE, STARTED, RETURNED
    }

    private final AtomicReference<Decision> decision = new AtomicReference<>(Decision.NONE);

    /** The job starts; false if it was returned. */
    boolean begin() {
        return decision.compareAndSet(Decision.NONE, Decision.STARTED);
    }

    /** The job goes back to its submitter; false if it has started. */
    boolean giveBack() {
        return decision.compareAndSet(Decision.NONE, Decision.RETURNED);
    }

    boolean isReturned() {
        return decision.get() == Decision.RETURNED;
    }
}

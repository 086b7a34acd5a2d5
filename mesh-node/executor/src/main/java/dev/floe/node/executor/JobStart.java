package dev.floe.node.executor;

import java.util.concurrent.atomic.AtomicReference;

/** Whether a job has started or was returned to its submitter: the first of the two decides, on whichever thread. */
final class JobStart {
    private enum StartState {
        NONE, STARTED, RETURNED
    }

    private final AtomicReference<StartState> state = new AtomicReference<>(StartState.NONE);

    /** The job starts; false if it was returned. */
    boolean begin() {
        return state.compareAndSet(StartState.NONE, StartState.STARTED);
    }

    /** The job goes back to its submitter; false if it has started. */
    boolean giveBack() {
        return state.compareAndSet(StartState.NONE, StartState.RETURNED);
    }

    boolean isReturned() {
        return state.get() == StartState.RETURNED;
    }
}

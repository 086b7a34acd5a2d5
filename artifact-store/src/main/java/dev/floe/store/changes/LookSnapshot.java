package dev.floe.store.changes;

import java.util.Collection;

/**
 * Everything at which a computation looked, if all of it is watched. The computation has the same outcome for as long
 * as the snapshot is current. Safe for threads.
 */
public final class LookSnapshot {
    private final FileChangeMonitor monitor;
    private final PathState[] states;
    private volatile long checkedAt; // the position at which all states were valid; a race only repeats the check

    LookSnapshot(FileChangeMonitor monitor, Collection<PathState> states, long position) {
        this.monitor = monitor;
        this.states = states.toArray(PathState[]::new);
        this.checkedAt = position;
    }

    /**
     * Whether nothing at which the computation looked has changed, by all that the monitor has received. One comparison
     * if nothing has changed at all that anybody depends on.
     */
    public boolean isCurrent() {
        long now = monitor.position();
        if (checkedAt == now) {
            return true;
        }
        for (PathState state : states) {
            if (!state.isValid()) {
                return false;
            }
        }
        checkedAt = now;
        return true;
    }

    int size() {
        return states.length;
    }
}

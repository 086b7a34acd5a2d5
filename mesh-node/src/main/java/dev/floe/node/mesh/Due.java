package dev.floe.node.mesh;

/**
 * When one record of this node is to be told next, by {@link Pace}. Times are nanoseconds of a monotonic clock. Not
 * thread-safe.
 */
final class Due {
    private final Pace pace;
    private final int heartbeats;
    private boolean changed;
    private boolean told;
    private long lastAt;
    private boolean again;
    private long againAt;

    /** Tells anew every so many heartbeats. */
    Due(Pace pace, int heartbeats) {
        this.pace = pace;
        this.heartbeats = heartbeats;
    }

    /** There is something that matters to tell. */
    void change() {
        changed = true;
    }

    /** Whether something that matters waits to be told. */
    boolean isChanged() {
        return changed;
    }

    /** What was told may be lost: tell it anew at {@code at}, or earlier if that was asked before. */
    void again(long at) {
        if (told) {
            againAt = again ? Math.min(againAt, at) : at;
            again = true;
        }
    }

    /** It has been told. */
    void tell(long now) {
        told = true;
        lastAt = now;
        changed = false;
        again = false;
    }

    /** How long until it is to be told in a mesh of so many nodes; 0 or less if now. */
    long in(long now, int nodes) {
        if (!told) {
            return changed ? 0 : Long.MAX_VALUE;
        }
        long sinceLast = now - lastAt;
        long wait = heartbeats * pace.heartbeatNanos(nodes) - sinceLast;
        if (again) {
            wait = Math.min(wait, againAt - now);
        }
        if (changed) {
            wait = Math.min(wait, 0);
        }
        return Math.max(wait, pace.gapNanos(nodes) - sinceLast);
    }
}

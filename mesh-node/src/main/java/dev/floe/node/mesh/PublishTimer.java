package dev.floe.node.mesh;

/**
 * When one record of this node is to be told next, by {@link PublishIntervals}. Times are nanoseconds of a monotonic
 * clock. Not thread-safe.
 */
final class PublishTimer {
    private final PublishIntervals pace;
    private final int heartbeats;
    private boolean changed;
    private boolean told;
    private long lastAt;
    private boolean scheduleRepeat;
    private long againAt;

    /** Tells anew every so many heartbeats. */
    PublishTimer(PublishIntervals pace, int heartbeats) {
        this.pace = pace;
        this.heartbeats = heartbeats;
    }

    /** There is something that matters to tell. */
    void markDirty() {
        changed = true;
    }

    /** Whether something that matters waits to be told. */
    boolean isDirty() {
        return changed;
    }

    /** What was told may be lost: tell it anew at {@code at}, or earlier if that was asked before. */
    void scheduleRepeat(long at) {
        if (told) {
            againAt = scheduleRepeat ? Math.min(againAt, at) : at;
            scheduleRepeat = true;
        }
    }

    /** It has been told. */
    void markPublished(long now) {
        told = true;
        lastAt = now;
        changed = false;
        scheduleRepeat = false;
    }

    /** How long until it is to be told in a mesh of so many nodes; 0 or less if now. */
    long delayNanos(long now, int nodes) {
        if (!told) {
            return changed ? 0 : Long.MAX_VALUE;
        }
        long sinceLast = now - lastAt;
        long wait = heartbeats * pace.heartbeatNanos(nodes) - sinceLast;
        if (scheduleRepeat) {
            wait = Math.min(wait, againAt - now);
        }
        if (changed) {
            wait = Math.min(wait, 0);
        }
        return Math.max(wait, pace.gapNanos(nodes) - sinceLast);
    }
}

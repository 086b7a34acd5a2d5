package dev.floe.node.mesh;

/**
 * When to publish one record of this node next, by {@link PublishIntervals}. Times are nanoseconds of a monotonic
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

    /** Repeats the record once in this number of heartbeats. */
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

    /** What was published may be lost: publish it again at {@code at}, or earlier if that was requested before. */
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

    /** How long until it must be published in a mesh of the given number of nodes; 0 or less if now. */
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

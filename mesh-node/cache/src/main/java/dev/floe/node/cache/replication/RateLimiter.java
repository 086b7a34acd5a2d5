package dev.floe.node.cache.replication;

/**
 * Limits the results and bytes per second on average. Debts are paid before the next result, however large the last one
 * was. Times are nanoseconds of a monotonic clock. Not thread-safe.
 */
public final class RateLimiter {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double nanosPerResult;
    private final double nanosPerByte;
    private boolean used;
    private long freeAt;

    public RateLimiter(int resultsPerSecond, long bytesPerSecond) {
        nanosPerResult = NANOS_PER_SECOND / resultsPerSecond;
        nanosPerByte = NANOS_PER_SECOND / bytesPerSecond;
    }

    /** How long the next result has to wait; 0 or less if it may pass. */
    public long waitNanos(long now) {
        return used ? freeAt - now : 0;
    }

    /** Counts a result of the given number of bytes. */
    public void passed(long bytes, long now) {
        long from = used ? Math.max(freeAt, now) : now;
        freeAt = from + Math.round(nanosPerResult + nanosPerByte * bytes);
        used = true;
    }
}

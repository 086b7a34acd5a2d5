package dev.floe.node.bounds;

import java.time.Duration;

/** Numbers that a peer has sent: one that cannot be true is replaced by the nearest that can. */
public final class PeerNumber {
    /** The longest time that a peer may report. */
    public static final Duration MAX_TIME = Duration.ofDays(7);
    /** The most memory that a peer may report: what a process of 47-bit addresses can have. */
    public static final long MAX_MEMORY_BYTES = 1L << 47;

    private static final long MAX_MICROS = MAX_TIME.toMillis() * 1000;

    private PeerNumber() {}

    /** A time between zero and {@link #MAX_TIME}. */
    public static Duration millis(long count) {
        return Duration.ofMillis(Math.clamp(count, 0, MAX_TIME.toMillis()));
    }

    /** The sum of times; each of them and the sum are between zero and {@link #MAX_TIME}. */
    public static Duration micros(long... counts) {
        long sum = 0;
        for (long count : counts) {
            sum = Math.min(MAX_MICROS, sum + Math.clamp(count, 0, MAX_MICROS));
        }
        return Duration.ofNanos(1000 * sum);
    }

    /** An amount of memory between zero and {@link #MAX_MEMORY_BYTES}. */
    public static long memoryBytes(long count) {
        return Math.clamp(count, 0, MAX_MEMORY_BYTES);
    }
}

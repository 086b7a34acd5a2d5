package dev.floe.placement;

import java.time.Duration;

/** Durations as seconds, for arithmetic; back to a Duration, clamped to what one can hold in nanoseconds. */
public final class DurationSeconds {
    private static final double NANOS = 1e9;

    private DurationSeconds() {}

    public static double of(Duration duration) {
        return duration.getSeconds() + duration.getNano() / NANOS;
    }

    public static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * NANOS));
    }
}

package dev.floe.node.bounds;

import java.time.Duration;

/**
 * How long something that failed is left alone: a pause after each failure, twice as long each time, up to a bound.
 * Times are nanoseconds of a monotonic clock.
 *
 * @param max       the longest pause
 * @param next      the pause after the next failure
 * @param pause     the pause after the last failure; zero if there was none
 * @param untilTime when that pause ends
 */
public record Backoff(Duration max, Duration next, Duration pause, long untilTime) {
    /** Nothing has failed yet; the pauses become longer. */
    public static Backoff doubling(Duration first, Duration max) {
        return new Backoff(max, first, Duration.ZERO, 0);
    }

    /** Nothing has failed yet; each pause has the same length. */
    public static Backoff fixed(Duration pause) {
        return doubling(pause, pause);
    }

    /** After one more failure. */
    public Backoff failed(long now) {
        Duration doubled = next.multipliedBy(2);
        return new Backoff(max, doubled.compareTo(max) < 0 ? doubled : max, next, now + next.toNanos());
    }

    /** Whether it is to be left alone now. */
    public boolean isPaused(long now) {
        return !pause.isZero() && now - untilTime < 0;
    }
}

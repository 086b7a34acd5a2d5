package dev.floe.placement.ranking;

import java.time.Duration;

import dev.floe.placement.DurationSeconds;

/**
 * The tolerance by which a longer time still counts as equally good: a share of the best time, and at least a floor.
 *
 * @param share of the best expected time, 0 or more
 * @param floor for jobs so short that a share of them is below what can be predicted
 */
record Tolerance(double share, Duration floor) {
    /** @throws IllegalArgumentException if either is negative */
    public Tolerance {
        if (!(share >= 0) || floor.isNegative()) {
            throw new IllegalArgumentException("closeness of " + share + " and " + floor + " cannot be");
        }
    }

    double limit(double bestSeconds) {
        return bestSeconds + Math.max(share * bestSeconds, DurationSeconds.of(floor));
    }
}

package dev.floe.placement.view;

import java.time.Duration;

import dev.floe.placement.DurationSeconds;

/**
 * The policy for how long knowledge about a node stays valid.
 *
 * @param grace    a state younger than this is taken as it is; at least the interval at which nodes repeat their state
 * @param halfLife after the grace, the time in which half of what is known turns into "half full, nothing queued"
 * @param silence  a node that leaves an offer unanswered for this time is not expected to answer soon
 * @param refusal  how long a node is expected to refuse again while it has no more free slots than when it refused
 * @param trust    the time in which half of a lost success rate comes back
 */
public record StalenessPolicy(Duration grace, Duration halfLife, Duration silence, Duration refusal, Duration trust) {
    /** For nodes that repeat their state each second. */
    public static final StalenessPolicy STANDARD = new StalenessPolicy(Duration.ofSeconds(2), Duration.ofSeconds(2),
            Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(10));

    /** @throws IllegalArgumentException if grace, silence or refusal are negative or a half-life is not positive */
    public StalenessPolicy {
        if (grace.isNegative() || silence.isNegative() || refusal.isNegative() || !halfLife.isPositive()
                || !trust.isPositive()) {
            throw new IllegalArgumentException(
                    "grace " + grace + ", half-life " + halfLife + ", silence " + silence + ", refusal " + refusal
                            + ", trust " + trust
                            + " cannot be");
        }
    }

    /** Share of a state of this age that still counts, 1 to 0. */
    double weight(Duration age) {
        double old = DurationSeconds.of(age) - DurationSeconds.of(grace);
        return old <= 0 ? 1 : Math.pow(0.5, old / DurationSeconds.of(halfLife));
    }

    /** A success rate, {@code since} after it was measured. */
    double recovered(double rate, Duration since) {
        return rate >= 1
                ? 1
                : 1 - (1 - rate) * Math.pow(0.5, Math.max(0, DurationSeconds.of(since)) / DurationSeconds.of(trust));
    }
}

package dev.floe.placement.ranking;

import java.time.Duration;

/**
 * The policy for how strongly a job is drawn to its homes, the first nodes of the weighted rendezvous for its toolchain
 * and source.
 *
 * @param homes     how many homes a job has; 0 turns affinity off
 * @param within    how much slower than the best a home may be and still go first
 * @param loadCap   a home goes first only while its load is at most this many times the mean load
 * @param warmShare share of the inputs that a home is expected to lack, 0 to 1
 */
public record AffinityPolicy(int homes, Tolerance within, double loadCap, double warmShare) {
    /** Two homes, up to 10 % or 20 ms slower than the best, up to 1.25 times the mean load. */
    public static final AffinityPolicy STANDARD = new AffinityPolicy(2, new Tolerance(0.10, Duration.ofMillis(20)),
            1.25, 0.2);
    /** No homes: every node is as good as any other. */
    public static final AffinityPolicy NONE = new AffinityPolicy(0, new Tolerance(0, Duration.ZERO), 1, 1);

    /** @throws IllegalArgumentException if a value is outside its bounds */
    public AffinityPolicy {
        if (homes < 0 || !(loadCap >= 1) || !(warmShare >= 0 && warmShare <= 1)) {
            throw new IllegalArgumentException(
                    "affinity to " + homes + " homes, cap " + loadCap + ", warm share " + warmShare + " cannot be");
        }
    }
}

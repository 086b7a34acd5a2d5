package dev.floe.placement.view;

import java.time.Duration;

import dev.floe.placement.DurationSeconds;

/**
 * An estimate of how fast one node is with emulated programs, as a share of its own speed: a guess until it has run
 * some whose time was known before. The mean is one of logarithms, since a prediction is as often half of the truth as
 * twice as much.
 */
final class EmulationSpeedEstimate {
    /** Compilers under qemu-user take eight to fifteen times as long. */
    static final double FIRST_GUESS = 0.1;

    private static final double LEAST = 0.01;
    private static final double NEWEST_WEIGHT = 0.2;

    private double logarithm = Math.log(FIRST_GUESS);

    /**
     * An emulated program has ended.
     *
     * @param byItself what it would have taken there without an emulator
     */
    void observed(Duration byItself, Duration ran) {
        double share = DurationSeconds.of(byItself) / DurationSeconds.of(ran);
        if (share > 0 && share < Double.POSITIVE_INFINITY) {
            logarithm += NEWEST_WEIGHT * (Math.log(Math.clamp(share, LEAST, 1)) - logarithm);
        }
    }

    double share() {
        return Math.exp(logarithm);
    }
}

package dev.floe.placement.ranking;

import java.time.Duration;

import dev.floe.placement.DurationSeconds;

/**
 * Decides whether a job that an executor has taken is worth a second copy on another node, of which the first result
 * counts. Asked only while the submitter has no job that waits for an executor, and of nodes with a free slot: then a
 * copy delays nobody.
 *
 * <p>What counts is the time that the job is still expected to take (the longest approximate time to end: Zaharia et
 * al., OSDI 2008), not how long it has taken. So a job on a slow node has a copy as soon as a faster node has nothing
 * better to do. A job that is late for no known reason is expected to take as long again: its node may be overloaded.
 *
 * @param lateFactor a job is late once it has taken so many times what was expected
 * @param minLate    and is over that by so much
 * @param gain       how many times as long the job must still be expected to take as a copy
 * @param minGain    and by how much it must be longer
 * @param freeShare  of the slots of a node that must be free for a copy, so that it takes no slot that others wait for
 * @param maxCopies  of one submitter at a time
 */
public record StragglerPolicy(double lateFactor, Duration minLate, double gain, Duration minGain, double freeShare,
        int maxCopies) {
    /** What nodes use; {@code docs/placement.md} has the figures. */
    public static final StragglerPolicy STANDARD = new StragglerPolicy(2, Duration.ofSeconds(2), 1.5,
            Duration.ofSeconds(1), 0.5, 8);
    /** No job has a second copy. */
    public static final StragglerPolicy NONE = new StragglerPolicy(1, Duration.ZERO, 1, Duration.ZERO, 1, 0);

    /** @throws IllegalArgumentException if a value is outside its bounds */
    public StragglerPolicy {
        if (!(lateFactor >= 1) || minLate.isNegative() || !(gain >= 1) || minGain.isNegative()
                || !(freeShare >= 0 && freeShare <= 1) || maxCopies < 0) {
            throw new IllegalArgumentException("a straggler policy with late factor " + lateFactor + ", late by "
                    + minLate + ", gain " + gain + ", at least " + minGain + ", free share " + freeShare + ", copies "
                    + maxCopies + " cannot be");
        }
    }

    /**
     * A job on the node that has taken it.
     *
     * @param elapsed  since the node has taken it
     * @param expected time there, waiting included
     */
    public record RunningCopy(Duration elapsed, Duration expected) {}

    /** How long the job is expected to take from now on. */
    public Duration remaining(RunningCopy copy) {
        return isLate(copy) ? copy.elapsed() : max(copy.expected().minus(copy.elapsed()), Duration.ZERO);
    }

    /** Whether the job has taken far longer than was expected. */
    public boolean isLate(RunningCopy copy) {
        Duration most = DurationSeconds.duration(DurationSeconds.of(copy.expected()) * lateFactor);
        return copy.elapsed().compareTo(max(most, copy.expected().plus(minLate))) >= 0;
    }

    /** Whether the job is expected to take so long from now on that a copy may be worthwhile. */
    public boolean isLong(RunningCopy copy) {
        return isWorthwhile(copy, Duration.ZERO);
    }

    /** Whether a copy on another node is likely to end clearly first, and delays nobody. */
    public boolean isWorthwhile(RunningCopy copy, Candidate other) {
        return other.prospect() == ExpectedAnswer.ACCEPTED && !other.way().emulated()
                && other.node().freeSlots() >= freeShare * other.node().slots()
                && isWorthwhile(copy, other.expected());
    }

    boolean isWorthwhile(RunningCopy copy, Duration there) {
        double left = DurationSeconds.of(remaining(copy));
        double other = DurationSeconds.of(there);
        return left >= other * gain && left - other >= DurationSeconds.of(minGain);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}

package dev.floe.placement.ranking;

import java.time.Duration;

import dev.floe.placement.DurationSeconds;
import dev.floe.placement.PlacementRequest;

/**
 * The numbers of the placement policy; every node of a mesh uses the same.
 *
 * @param sample           nodes drawn for a closer look, in proportion to free capacity; homes and self come on top
 * @param close            candidates this close to the best are chosen among at random
 * @param affinity         how a job is drawn to its homes
 * @param patience         a node with room is too slow for a job if it needs this many times as long as the best full
 *                         node, waiting included, and would end after the mesh is through with the backlog
 * @param toolchainSharers jobs of the same toolchain that the submitter has at hand; they share the cost of sending it
 * @param backlog          predicted run time, on the reference core, of all jobs that the submitter has at hand
 */
public record PlacementParameters(int sample, Tolerance close, AffinityPolicy affinity, double patience,
        int toolchainSharers,
        Duration backlog) {

    /** What a mesh uses unless told otherwise; {@code docs/placement.md} has the figures behind each number. */
    public static final PlacementParameters STANDARD = new PlacementParameters(4,
            new Tolerance(0.05, Duration.ofMillis(10)), AffinityPolicy.STANDARD,
            2, 1, Duration.ZERO);

    /** @throws IllegalArgumentException if a value is outside its bounds */
    public PlacementParameters {
        if (sample < 1 || !(patience >= 1) || toolchainSharers < 1 || backlog.isNegative()) {
            throw new IllegalArgumentException("a policy with sample " + sample + ", patience " + patience
                    + ", toolchain sharers " + toolchainSharers + ", backlog " + backlog + " cannot be");
        }
    }

    /**
     * This policy for a submitter that has more than this job at hand.
     *
     * @param jobs of the same toolchain that wait for an executor, this one included; at least 1
     * @param work the predicted run time of all waiting jobs on the reference core
     */
    public PlacementParameters sharing(int jobs, Duration work) {
        return new PlacementParameters(sample, close, affinity, patience, jobs, work);
    }

    public PlacementParameters with(AffinityPolicy other) {
        return new PlacementParameters(sample, close, other, patience, toolchainSharers, backlog);
    }

    /**
     * This policy with {@code times} as {@link #patience()}; infinity never lets a full node go before one with room.
     */
    PlacementParameters withPatience(double times) {
        return new PlacementParameters(sample, close, affinity, times, toolchainSharers, backlog);
    }

    PlacementParameters withSample(int nodes) {
        return new PlacementParameters(nodes, close, affinity, patience, toolchainSharers, backlog);
    }

    /**
     * Run time of the jobs that an executor is busy with, as far as the submitter can tell: like its own, but not
     * shorter than this.
     */
    double usualRun(PlacementRequest job) {
        return Math.max(DurationSeconds.of(job.predicted()), DurationSeconds.of(backlog) / toolchainSharers);
    }
}

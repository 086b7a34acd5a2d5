package dev.floe.placement.ranking;

import java.time.Duration;

import dev.floe.placement.DurationSeconds;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.view.ExecutionMode;
import dev.floe.placement.view.NodeView;

/**
 * A node that may run a job, and what the job's time there is expected to be made of.
 *
 * @param way  how the node would run it
 * @param home the node is one of the job's homes
 * @param load busy slots as a share of all its slots; above 1 where jobs queue
 */
public record Candidate(NodeView node, ExecutionMode way, ExpectedAnswer prospect, ExpectedTime time, boolean home,
        double load) {

    /**
     * What the time of a job on a node is expected to be.
     *
     * @param total     what candidates are compared by: the sum of the rest, divided by the success rate
     * @param transfer  to bring the inputs
     * @param toolchain this job's share of bringing the toolchain
     * @param waiting   for a slot
     * @param run       of the compile itself
     */
    record ExpectedTime(Duration total, Duration transfer, Duration toolchain, Duration waiting,
            Duration run) {}

    public Duration expected() {
        return time.total();
    }

    public Duration transfer() {
        return time.transfer();
    }

    public Duration toolchain() {
        return time.toolchain();
    }

    public Duration waiting() {
        return time.waiting();
    }

    public Duration run() {
        return time.run();
    }

    /** @throws java.util.NoSuchElementException if the node cannot run the job */
    static Candidate of(NodeView node, PlacementRequest job, PlacementParameters policy, boolean home) {
        ExecutionMode way = ExecutionMode.of(node, job).orElseThrow();
        double rate = node.capacity(way);
        double predicted = DurationSeconds.of(job.predicted());
        double transfer = 0;
        double toolchain = 0;
        if (!node.self()) {
            double missing = job.inputBytes() * (home ? policy.affinity().warmShare() : 1);
            transfer = DurationSeconds.of(node.roundTrip()) + missing / node.bytesPerSecond();
            if (!node.toolchains().contains(way.toolchain())) {
                toolchain = job.toolchainBytes() / node.bytesPerSecond() / policy.toolchainSharers();
            }
        }
        // With all slots taken by jobs like this one, the next slot is free after one slot's turn of the whole node.
        double shortage = Math.min(1, Math.max(0, 1 - node.freeSlots()));
        double waiting = (DurationSeconds.of(node.queued()) + shortage * predicted) / rate;
        double run = predicted / way.speed();
        double success = Math.max(node.successRate(), 0.01);
        double expected = (transfer + toolchain + waiting + run) / success;
        return new Candidate(node, way, ExpectedAnswer.of(node, way, job, policy),
                new ExpectedTime(DurationSeconds.duration(expected), DurationSeconds.duration(transfer),
                        DurationSeconds.duration(toolchain), DurationSeconds.duration(waiting),
                        DurationSeconds.duration(run)),
                home, node.busySlots() / node.slots());
    }

    double expectedSeconds() {
        return DurationSeconds.of(time.total());
    }
}

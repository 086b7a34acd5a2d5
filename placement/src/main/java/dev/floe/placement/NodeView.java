package dev.floe.placement;

import java.time.Duration;
import java.util.Set;

/**
 * A submitter's view of one node at one moment.
 *
 * @param id             names the node in the mesh; the same on every node
 * @param architecture   of the programs that it can run, such as {@code x86_64}
 * @param slots          compiles at a time; 0 if it does not execute
 * @param freeSlots      slots less running and queued jobs: fractional where it is an estimate, negative where jobs
 *                       queue
 * @param queued         reference-core seconds of work accepted and not yet started
 * @param speed          of one slot, relative to the reference core; greater than 0
 * @param freeMemoryBytes memory that jobs may take now
 * @param toolchains     identities of the toolchains that it holds
 * @param draining       takes no new jobs
 * @param self           is the submitter itself
 * @param roundTrip      to the node and back
 * @param bytesPerSecond to the node; greater than 0
 * @param successRate    share of lately offered jobs that it did not fail, 0 to 1
 * @param openness       to an offer of this submitter
 * @param pause          how long it gets no job because it failed the last ones; mostly zero
 * @param emulation      what it runs through an emulator, and how fast
 */
public record NodeView(String id, String architecture, int slots, double freeSlots, Duration queued, double speed,
        long freeMemoryBytes, Set<String> toolchains, boolean draining, boolean self, Duration roundTrip,
        double bytesPerSecond, double successRate, OfferGate openness, Duration pause, EmulationCapability emulation) {

    /** @throws IllegalArgumentException if a value is outside its bounds */
    public NodeView {
        toolchains = Set.copyOf(toolchains);
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a node needs an id");
        }
        if (slots < 0 || !(freeSlots <= slots) || !(speed > 0) || !(bytesPerSecond > 0)) {
            throw new IllegalArgumentException("node " + id + ": slots " + slots + ", free " + freeSlots + ", speed "
                    + speed + ", bytes a second " + bytesPerSecond + " cannot be");
        }
        if (!(successRate >= 0 && successRate <= 1) || queued.isNegative() || roundTrip.isNegative()
                || pause.isNegative()) {
            throw new IllegalArgumentException("node " + id + ": success rate " + successRate + ", queued " + queued
                    + ", round trip " + roundTrip + ", pause " + pause + " cannot be");
        }
    }

    /** A node that may be made an offer. */
    public NodeView(String id, String architecture, int slots, double freeSlots, Duration queued, double speed,
            long freeMemoryBytes, Set<String> toolchains, boolean draining, boolean self, Duration roundTrip,
            double bytesPerSecond, double successRate) {
        this(id, architecture, slots, freeSlots, queued, speed, freeMemoryBytes, toolchains, draining, self, roundTrip,
                bytesPerSecond, successRate, OfferGate.OPEN, Duration.ZERO, EmulationCapability.NONE);
    }

    /** More likely than not a slot is free for this submitter. */
    public boolean hasRoom() {
        return freeSlots >= 0.5 && openness == OfferGate.OPEN;
    }

    double busySlots() {
        return slots - freeSlots;
    }

    /** Reference-core seconds that its slots do in a second of jobs that are run in this way. */
    double capacity(ExecutionMode way) {
        return slots * way.speed();
    }
}

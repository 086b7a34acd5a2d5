package dev.floe.placement.view;

import java.time.Duration;
import java.util.Set;

/**
 * A submitter's view of one node at one moment.
 *
 * @param profile     what the node is
 * @param load        what it is expected to do
 * @param path        to the node
 * @param reliability how it has done this submitter's jobs
 * @param emulation   what it runs through an emulator, and how fast
 */
public record NodeView(NodeProfile profile, ExpectedLoad load, NetworkPath path, NodeReliability reliability,
        EmulationCapability emulation) {

    /**
     * How busy a node is expected to be.
     *
     * @param freeSlots       slots less running and queued jobs: fractional where it is an estimate, negative where
     *                        jobs queue
     * @param queued          reference-core seconds of work accepted and not yet started
     * @param freeMemoryBytes memory that jobs may take now
     */
    public record ExpectedLoad(double freeSlots, Duration queued, long freeMemoryBytes) {}

    /**
     * The network between the submitter and a node.
     *
     * @param roundTrip      to the node and back
     * @param bytesPerSecond to the node; greater than 0
     */
    public record NetworkPath(Duration roundTrip, double bytesPerSecond) {}

    /**
     * What is to be expected of an offer to a node.
     *
     * @param successRate share of lately offered jobs that it did not fail, 0 to 1
     * @param openness    to an offer of this submitter
     * @param pause       how long it gets no job because it failed the last ones; mostly zero
     */
    public record NodeReliability(double successRate, OfferGate openness, Duration pause) {
        /** Of a node that may be made an offer. */
        public static NodeReliability of(double successRate) {
            return new NodeReliability(successRate, OfferGate.OPEN, Duration.ZERO);
        }
    }

    /** @throws IllegalArgumentException if a value is outside its bounds */
    public NodeView {
        String id = profile.node();
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a node needs an id");
        }
        if (profile.slots() < 0 || !(load.freeSlots() <= profile.slots()) || !(profile.speed() > 0)
                || !(path.bytesPerSecond() > 0)) {
            throw new IllegalArgumentException("node " + id + ": slots " + profile.slots() + ", free "
                    + load.freeSlots() + ", speed " + profile.speed() + ", bytes a second " + path.bytesPerSecond()
                    + " cannot be");
        }
        double successRate = reliability.successRate();
        if (!(successRate >= 0 && successRate <= 1) || load.queued().isNegative() || path.roundTrip().isNegative()
                || reliability.pause().isNegative()) {
            throw new IllegalArgumentException("node " + id + ": success rate " + successRate + ", queued "
                    + load.queued() + ", round trip " + path.roundTrip() + ", pause " + reliability.pause()
                    + " cannot be");
        }
    }

    public String id() {
        return profile.node();
    }

    public String architecture() {
        return profile.architecture();
    }

    public int slots() {
        return profile.slots();
    }

    public double speed() {
        return profile.speed();
    }

    public Set<String> toolchains() {
        return profile.toolchains();
    }

    public boolean draining() {
        return profile.draining();
    }

    public boolean self() {
        return profile.self();
    }

    public double freeSlots() {
        return load.freeSlots();
    }

    public Duration queued() {
        return load.queued();
    }

    public long freeMemoryBytes() {
        return load.freeMemoryBytes();
    }

    public Duration roundTrip() {
        return path.roundTrip();
    }

    public double bytesPerSecond() {
        return path.bytesPerSecond();
    }

    public double successRate() {
        return reliability.successRate();
    }

    public OfferGate openness() {
        return reliability.openness();
    }

    public Duration pause() {
        return reliability.pause();
    }

    /** More likely than not a slot is free for this submitter. */
    public boolean hasRoom() {
        return freeSlots() >= 0.5 && openness() == OfferGate.OPEN;
    }

    public double busySlots() {
        return slots() - freeSlots();
    }

    /** Reference-core seconds that its slots do in a second of jobs that are run in this way. */
    public double capacity(ExecutionMode way) {
        return slots() * way.speed();
    }
}

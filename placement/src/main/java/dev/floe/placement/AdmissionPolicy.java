package dev.floe.placement;

import java.time.Duration;

/**
 * An executor's answer to an offer. It runs what it has slots and memory for, and accepts a few jobs ahead, just enough
 * that no slot stands empty while the next job's inputs travel; more would only take them from nodes that become free.
 */
public final class AdmissionPolicy {
    private AdmissionPolicy() {}

    /**
     * What the executor is doing now.
     *
     * @param running         leases that hold a slot
     * @param queued          leases accepted ahead
     * @param queuedWork      their run time on the reference core
     * @param meanRun         of its recent jobs on the reference core
     * @param speed           of one slot, relative to the reference core
     * @param freeMemoryBytes that the machine has, without what running leases are still expected to take
     * @param reserveBytes    of memory that jobs must leave free
     * @param submitters      that hold a lease here or were lately refused one, the one that asks included
     */
    public record ExecutorLoad(int slots, int running, int queued, Duration queuedWork, Duration meanRun, double speed,
            long freeMemoryBytes, long reserveBytes, int submitters, boolean draining) {
        /** @throws IllegalArgumentException if a count is negative or the speed is not positive */
        public ExecutorLoad {
            if (slots < 0 || running < 0 || queued < 0 || submitters < 1 || !(speed > 0)) {
                throw new IllegalArgumentException("slots " + slots + ", running " + running + ", queued " + queued
                        + ", submitters " + submitters + ", speed " + speed + " cannot be");
            }
        }
    }

    /**
     * What is asked of it.
     *
     * @param memoryBytes that the job is expected to take
     * @param roundTrip   between the two nodes
     * @param fetch       time to bring the inputs that the executor lacks
     * @param held        leases that the submitter holds here already
     */
    public record AdmissionRequest(long memoryBytes, Duration roundTrip, Duration fetch, int held) {}

    /** Why an offer is refused. */
    public enum RejectionReason {
        NO_SLOTS, DRAINING, MEMORY, FULL, FAIR_SHARE
    }

    /** The answer. */
    public sealed interface AdmissionDecision {
        /** A slot is the job's from now on. */
        record Accept() implements AdmissionDecision {}

        /** The job is accepted ahead; a slot is expected to be free after {@code expectedWait}. */
        record Queue(Duration expectedWait) implements AdmissionDecision {}

        record Refuse(RejectionReason reason) implements AdmissionDecision {}
    }

    /** Answers one offer; the caller must apply the answer before it asks again. */
    public static AdmissionDecision decide(ExecutorLoad load, AdmissionRequest request) {
        if (load.slots() == 0) {
            return new AdmissionDecision.Refuse(RejectionReason.NO_SLOTS);
        }
        if (load.draining()) {
            return new AdmissionDecision.Refuse(RejectionReason.DRAINING);
        }
        int turn = load.running() + load.queued();
        if (turn < load.slots()) {
            return load.freeMemoryBytes() - load.reserveBytes() >= request.memoryBytes()
                    ? new AdmissionDecision.Accept()
                    : new AdmissionDecision.Refuse(RejectionReason.MEMORY);
        }
        int ahead = placesAhead(load.slots(), request.roundTrip(), request.fetch(), load.meanRun(), load.speed());
        if (load.queued() >= ahead) {
            return new AdmissionDecision.Refuse(RejectionReason.FULL);
        }
        // Places ahead are what submitters compete for; whoever holds its share leaves them to those that hold less.
        if (load.submitters() > 1 && request.held() >= Math.ceilDiv(load.slots() + ahead, load.submitters())) {
            return new AdmissionDecision.Refuse(RejectionReason.FAIR_SHARE);
        }
        double work = DurationSeconds.of(load.queuedWork()) + DurationSeconds.of(load.meanRun());
        return new AdmissionDecision.Queue(DurationSeconds.duration(work / (load.slots() * load.speed())));
    }

    /**
     * How many jobs to accept ahead: as many as end while a new one's offer and inputs travel; at least one, at most a
     * quarter of the slots, rounded up.
     *
     * @param meanRun on the reference core
     */
    public static int placesAhead(int slots, Duration roundTrip, Duration fetch, Duration meanRun, double speed) {
        return placesAhead(slots, DurationSeconds.of(roundTrip) + DurationSeconds.of(fetch),
                DurationSeconds.of(meanRun) / speed);
    }

    static int placesAhead(int slots, double gapSeconds, double runSeconds) {
        double ending = runSeconds > 0 ? Math.ceil(slots * gapSeconds / runSeconds) : slots;
        return (int) Math.max(1, Math.min(ending, Math.ceilDiv(slots, 4)));
    }
}

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
     * @param submitters that hold a lease here or were lately refused one, the one that asks included
     */
    public record ExecutorLoad(SlotLoad slotLoad, QueuedWork work, MemoryRoom memory, int submitters,
            boolean draining) {
        /** @throws IllegalArgumentException if a count is negative or the speed is not positive */
        public ExecutorLoad {
            if (slotLoad.slots() < 0 || slotLoad.running() < 0 || slotLoad.queued() < 0 || submitters < 1
                    || !(work.speed() > 0)) {
                throw new IllegalArgumentException("slots " + slotLoad.slots() + ", running " + slotLoad.running()
                        + ", queued " + slotLoad.queued() + ", submitters " + submitters + ", speed " + work.speed()
                        + " cannot be");
            }
        }

        int slots() {
            return slotLoad.slots();
        }
    }

    /**
     * @param running leases that hold a slot
     * @param queued  leases accepted ahead
     */
    public record SlotLoad(int slots, int running, int queued) {}

    /**
     * @param queued  run time of the leases accepted ahead, on the reference core
     * @param meanRun of its recent jobs on the reference core
     * @param speed   of one slot, relative to the reference core
     */
    public record QueuedWork(Duration queued, Duration meanRun, double speed) {}

    /**
     * @param freeBytes    that the machine has, without what running leases are still expected to take
     * @param reserveBytes that jobs must leave free
     */
    public record MemoryRoom(long freeBytes, long reserveBytes) {}

    /**
     * What is asked of it.
     *
     * @param memoryBytes that the job is expected to take
     * @param travel      how long the offer, and the inputs that the executor lacks, are on their way
     * @param held        leases that the submitter holds here already
     */
    public record AdmissionRequest(long memoryBytes, Duration travel, int held) {}

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
        int turn = load.slotLoad().running() + load.slotLoad().queued();
        if (turn < load.slots()) {
            return load.memory().freeBytes() - load.memory().reserveBytes() >= request.memoryBytes()
                    ? new AdmissionDecision.Accept()
                    : new AdmissionDecision.Refuse(RejectionReason.MEMORY);
        }
        int ahead = placesAhead(load.slots(), DurationSeconds.of(request.travel()),
                DurationSeconds.of(load.work().meanRun()) / load.work().speed());
        if (load.slotLoad().queued() >= ahead) {
            return new AdmissionDecision.Refuse(RejectionReason.FULL);
        }
        // Places ahead are what submitters compete for; whoever holds its share leaves them to those that hold less.
        if (load.submitters() > 1 && request.held() >= Math.ceilDiv(load.slots() + ahead, load.submitters())) {
            return new AdmissionDecision.Refuse(RejectionReason.FAIR_SHARE);
        }
        double work = DurationSeconds.of(load.work().queued()) + DurationSeconds.of(load.work().meanRun());
        return new AdmissionDecision.Queue(DurationSeconds.duration(work / (load.slots() * load.work().speed())));
    }

    /**
     * How many jobs to accept ahead: as many as end while a new one's offer and inputs travel; at least one, at most a
     * quarter of the slots, rounded up.
     */
    public static int placesAhead(int slots, double travelSeconds, double runSeconds) {
        double ending = runSeconds > 0 ? Math.ceil(slots * travelSeconds / runSeconds) : slots;
        return (int) Math.max(1, Math.min(ending, Math.ceilDiv(slots, 4)));
    }
}

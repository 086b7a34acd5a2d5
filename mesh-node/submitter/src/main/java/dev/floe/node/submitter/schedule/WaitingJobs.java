package dev.floe.node.submitter.schedule;

import java.time.Duration;

import dev.floe.placement.PlacementRequest;
import dev.floe.placement.ranking.PlacementParameters;

/** This node's jobs that no executor has taken yet. Guarded by the lock of {@link SubmitterScheduler}. */
final class WaitingJobs {
    private int count;
    private Duration predicted = Duration.ZERO; // of all

    boolean isEmpty() {
        return count == 0;
    }

    void add(PlacementRequest job) {
        count++;
        predicted = predicted.plus(job.predicted());
    }

    void remove(PlacementRequest job) {
        count--;
        predicted = predicted.minus(job.predicted());
    }

    /** The parameters for a job that shares a toolchain's transfer with all that wait, itself included. */
    PlacementParameters share(PlacementParameters parameters, PlacementRequest job) {
        Duration work = predicted.compareTo(job.predicted()) < 0 ? job.predicted() : predicted;
        return parameters.sharing(Math.max(1, count), work);
    }
}

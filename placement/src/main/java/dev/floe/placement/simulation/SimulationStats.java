package dev.floe.placement.simulation;

import java.util.Arrays;
import java.util.List;

import dev.floe.placement.simulation.Scenario.Work;

/** The statistics of a running simulation. */
final class SimulationStats {
    private final double[] finish;
    private final double[] start;
    private final double[] workDone;
    private long refusals;
    private long taken;
    private long oftenRefused;
    private long copies;
    private int done;
    private int inOffer;
    private double idleSlotSeconds;
    private double backlogSlotSeconds;

    SimulationStats(Scenario scenario) {
        finish = new double[scenario.submitters()];
        start = new double[scenario.submitters()];
        workDone = new double[scenario.submitters()];
        for (int s = 0; s < start.length; s++) {
            start[s] = s * scenario.arrivals().stagger();
        }
    }

    void offered(int change) {
        inOffer += change;
    }

    void refused() {
        refusals++;
    }

    void taken(int refusalsBefore) {
        taken++;
        if (refusalsBefore > 2) {
            oftenRefused++;
        }
    }

    void copied() {
        copies++;
    }

    void ran(Work work) {
        workDone[work.submitter()] += work.seconds();
    }

    void finished(Work work, double now) {
        done++;
        finish[work.submitter()] = Math.max(finish[work.submitter()], now);
    }

    int done() {
        return done;
    }

    /**
     * Time passes with the executors and backlogs as they are; a slot is wasted if it is idle while a job has no lease.
     */
    void pass(double seconds, List<SimulatedExecutor> executors, List<SimulatedSubmitter> submitters) {
        int backlog = inOffer;
        for (SimulatedSubmitter submitter : submitters) {
            backlog += submitter.waiting();
        }
        if (backlog == 0 || seconds == 0) {
            return;
        }
        int idle = 0;
        int slots = 0;
        for (SimulatedExecutor executor : executors) {
            idle += executor.idleSlots();
            slots += executor.machine.slots();
        }
        idleSlotSeconds += seconds * Math.min(idle, backlog);
        backlogSlotSeconds += seconds * slots;
    }

    SimulationResult outcome(double[] central, double[] longestFirst) {
        return new SimulationResult(OmniscientScheduler.makespan(finish) / OmniscientScheduler.makespan(central),
                OmniscientScheduler.makespan(finish) / OmniscientScheduler.makespan(longestFirst),
                new SimulationResult.Refusals((double) refusals / taken, (double) oftenRefused / taken), fairness(),
                backlogSlotSeconds == 0 ? 0 : idleSlotSeconds / backlogSlotSeconds, (double) copies / done);
    }

    /** Jain's index of the rates at which the submitters' work was done. */
    private double fairness() {
        double[] rates = new double[finish.length];
        for (int s = 0; s < rates.length; s++) {
            rates[s] = workDone[s] / (finish[s] - start[s]);
        }
        double sum = Arrays.stream(rates).sum();
        return sum * sum / (rates.length * Arrays.stream(rates).map(rate -> rate * rate).sum());
    }
}

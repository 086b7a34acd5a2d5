package dev.floe.placement.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A mesh and the work for it.
 *
 * @param machines         the nodes; submitter number i is node number i
 * @param submitters       how many of them submit
 * @param arrivals         of jobs
 * @param network          between the machines
 * @param runTimes         of jobs
 */
record Scenario(String name, List<Machine> machines, int submitters, Arrivals arrivals, Network network,
        RunTimes runTimes) {

    /**
     * When jobs come.
     *
     * @param jobsPerSlot jobs of all submitters together, divided by the slots of the mesh
     * @param utilisation of the mesh by jobs that come one by one; 0: all are ready when their submitter starts
     * @param stagger     seconds between the starts of two submitters
     */
    record Arrivals(double jobsPerSlot, double utilisation, double stagger) {}

    /**
     * How long jobs run.
     *
     * @param medianSeconds  on the reference core, lognormal
     * @param sigma          of its logarithm
     * @param misprediction  sigma of the logarithm of predicted over actual run time
     */
    record RunTimes(double medianSeconds, double sigma, double misprediction) {
        /** One run time. */
        double draw(RandomGenerator random) {
            return Math.clamp(medianSeconds * Math.exp(sigma * random.nextGaussian()), 0.05, 60);
        }

        double mean() {
            return medianSeconds * Math.exp(sigma * sigma / 2);
        }
    }

    /**
     * @param speed     that the machine says it has
     * @param realSpeed of its slots; less if something else keeps the machine busy
     */
    record Machine(int slots, double speed, double realSpeed) {
        Machine(int slots, double speed) {
            this(slots, speed, speed);
        }
    }

    /** @param inputBytes that an executor fetches for a job */
    record Network(double roundTrip, double bytesPerSecond, double gossipLatency, long inputBytes) {
        static final Network LAN = new Network(0.0003, 100e6, 0.001, 200_000);
        static final Network VPN = new Network(0.030, 2.5e6, 0.030, 100_000);
    }

    /** One compile of one submitter. */
    record Work(int submitter, int number, double ready, double seconds, double predicted) {}

    int slots() {
        return machines.stream().mapToInt(Machine::slots).sum();
    }

    double capacity() {
        return machines.stream().mapToDouble(machine -> machine.slots() * machine.realSpeed()).sum();
    }

    /** The jobs of all submitters, by readiness, then dealt round robin. */
    List<Work> work(RandomGenerator random) {
        int each = (int) Math.max(1, Math.round(arrivals.jobsPerSlot() * slots() / submitters));
        double mean = runTimes.mean();
        double[] ready = new double[submitters];
        for (int s = 0; s < submitters; s++) {
            ready[s] = s * arrivals.stagger();
        }
        List<Work> all = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (int s = 0; s < submitters; s++) {
                double seconds = runTimes.draw(random);
                double predicted = seconds * Math.exp(runTimes.misprediction() * random.nextGaussian());
                all.add(new Work(s, i, ready[s], seconds, predicted));
                if (arrivals.utilisation() > 0) {
                    ready[s] += random.nextExponential() * mean * submitters / (arrivals.utilisation() * capacity());
                }
            }
        }
        all.sort(Comparator.comparingDouble(Work::ready));
        return all;
    }
}

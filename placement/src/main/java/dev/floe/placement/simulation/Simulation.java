package dev.floe.placement.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.floe.placement.GossipInterval;
import dev.floe.placement.simulation.Scenario.Work;
import dev.floe.placement.view.NodeLoad;

/** One run of a scenario: every submitter with its own, stale view; gossip; and the executors' own admission. */
final class Simulation {
    private static final double REPEAT = 1.0;

    private final Scenario scenario;
    private final SimulatedClock clock = new SimulatedClock();
    private final List<SimulatedExecutor> executors = new ArrayList<>();
    private final List<SimulatedSubmitter> submitters = new ArrayList<>();
    private final SimulationStats tally;

    private Simulation(Scenario scenario, SimulatedSubmitter.SubmitterPolicy policy) {
        this.scenario = scenario;
        this.tally = new SimulationStats(scenario);
        for (int i = 0; i < scenario.machines().size(); i++) {
            executors.add(new SimulatedExecutor("node-" + i, scenario.machines().get(i), clock, scenario.network()));
        }
        for (int i = 0; i < scenario.submitters(); i++) {
            submitters.add(new SimulatedSubmitter(i, clock, scenario.network(), policy, executors, tally));
        }
    }

    static SimulationResult run(Scenario scenario, SimulatedSubmitter.SubmitterPolicy policy, long seed) {
        List<Work> work = scenario.work(new Random(seed));
        Simulation simulation = new Simulation(scenario, policy);
        simulation.play(work, new Random(~seed));
        return simulation.tally.outcome(OmniscientScheduler.finish(scenario, work),
                OmniscientScheduler.finishLongestFirst(scenario, work));
    }

    private void play(List<Work> work, Random random) {
        double shortest = GossipInterval.STANDARD.of(executors.size()).toNanos() / 1e9;
        for (SimulatedExecutor executor : executors) {
            new Gossip(executor, shortest).start(random.nextDouble());
        }
        for (Work job : work) {
            clock.after(job.ready(), () -> submitters.get(job.submitter()).submit(job));
        }
        double before = 0;
        while (tally.done() < work.size() && clock.advance()) {
            tally.pass(clock.now() - before, executors, submitters);
            before = clock.now();
            clock.happen();
        }
        if (tally.done() < work.size()) {
            throw new IllegalStateException(scenario.name() + ": " + (work.size() - tally.done()) + " jobs never ran");
        }
    }

    /** Says an executor's state on a change that matters, not too often, and repeats it. */
    private final class Gossip {
        private final SimulatedExecutor executor;
        private final double shortest;
        private int saidFree;
        private double saidAt = Double.NEGATIVE_INFINITY;

        Gossip(SimulatedExecutor executor, double shortest) {
            this.executor = executor;
            this.shortest = shortest;
        }

        void start(double phase) {
            clock.after(phase * shortest, this::tick);
        }

        private void tick() {
            int free = executor.free();
            double matters = Math.max(1, executor.machine.slots() / 10.0);
            boolean crossed = free > 0 != saidFree > 0;
            if (crossed || Math.abs(free - saidFree) > matters || clock.now() - saidAt >= REPEAT) {
                saidFree = free;
                saidAt = clock.now();
                NodeLoad state = executor.state();
                clock.after(scenario.network().gossipLatency(), () -> submitters.forEach(s -> s.hear(state)));
            }
            clock.after(shortest, this::tick);
        }
    }
}

package dev.floe.placement.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

import dev.floe.placement.simulation.Scenario.Machine;
import dev.floe.placement.simulation.Scenario.Work;

/**
 * The omniscient scheduler with which the mesh is compared. It knows the true run time of each job and each slot, and
 * sends everything in no time. It gives each job, in the order of the list, to the slot where it ends first.
 */
final class OmniscientScheduler {
    private OmniscientScheduler() {}

    /** When each submitter's last job ends. */
    static double[] finish(Scenario scenario, List<Work> work) {
        Map<Double, SpeedClass> classes = new HashMap<>();
        for (Machine machine : scenario.machines()) {
            SpeedClass slots = classes.computeIfAbsent(machine.realSpeed(),
                    speed -> new SpeedClass(speed, new PriorityQueue<>()));
            for (int i = 0; i < machine.slots(); i++) {
                slots.free.add(0.0);
            }
        }
        double[] finish = new double[scenario.submitters()];
        for (Work job : work) {
            SpeedClass best = classes.values().stream()
                    .min(Comparator.comparingDouble((SpeedClass slots) -> slots.end(job))).orElseThrow();
            double end = best.end(job);
            best.free.remove();
            best.free.add(end);
            finish[job.submitter()] = Math.max(finish[job.submitter()], end);
        }
        return finish;
    }

    /** All slots of one speed, by the time at which they become free. */
    private record SpeedClass(double speed, PriorityQueue<Double> free) {
        double end(Work job) {
            return Math.max(free.element(), job.ready()) + job.seconds() / speed;
        }
    }

    /** The same with all jobs that are ready together sorted by their true run time, longest first. */
    static double[] finishLongestFirst(Scenario scenario, List<Work> work) {
        return finish(scenario, work.stream().sorted(Comparator.comparingDouble(Work::ready)
                .thenComparing(Comparator.comparingDouble(Work::seconds).reversed())).toList());
    }

    static double makespan(double[] finish) {
        return Arrays.stream(finish).max().orElse(0);
    }
}

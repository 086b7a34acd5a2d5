package dev.floe.placement.sim;

import dev.floe.placement.sim.Scenario.Machine;
import dev.floe.placement.sim.Scenario.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * What the mesh is measured against: one scheduler that knows each job's true run time and each slot, sends everything in
 * no time, and gives each job, in the order of their coming, to the slot where it ends first.
 */
final class Central {
    private Central() {}

    /** When each submitter's last job ends. */
    static double[] finish(Scenario scenario, List<Work> work) {
        TreeMap<Double, PriorityQueue<Double>> freeBySpeed = new TreeMap<>(Comparator.reverseOrder());
        for (Machine machine : scenario.machines()) {
            PriorityQueue<Double> free = freeBySpeed.computeIfAbsent(machine.speed(), speed -> new PriorityQueue<>());
            for (int i = 0; i < machine.slots(); i++) {
                free.add(0.0);
            }
        }
        List<Double> speeds = new ArrayList<>(freeBySpeed.keySet());
        double[] finish = new double[scenario.submitters()];
        for (Work job : work) {
            double bestEnd = Double.POSITIVE_INFINITY;
            double bestSpeed = speeds.getFirst();
            for (double speed : speeds) {
                double end = Math.max(freeBySpeed.get(speed).element(), job.ready()) + job.seconds() / speed;
                if (end < bestEnd) {
                    bestEnd = end;
                    bestSpeed = speed;
                }
            }
            PriorityQueue<Double> slots = freeBySpeed.get(bestSpeed);
            slots.remove();
            slots.add(bestEnd);
            finish[job.submitter()] = Math.max(finish[job.submitter()], bestEnd);
        }
        return finish;
    }

    static double makespan(double[] finish) {
        return Arrays.stream(finish).max().orElse(0);
    }
}

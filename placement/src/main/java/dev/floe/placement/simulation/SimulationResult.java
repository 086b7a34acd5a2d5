package dev.floe.placement.simulation;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The result of one simulation.
 *
 * @param ratio           makespan divided by that of the central scheduler, which places in the order of coming
 * @param ratioLongestFirst the same, the central scheduler placing the longest jobs first
 * @param refusals        what jobs were refused
 * @param fairness        Jain's index over the submitters, 1 is fair
 * @param idleInBacklog   share of slot time that was idle while a job waited for an executor
 * @param copiesPerJob    jobs that were started a second time divided by jobs
 */
record SimulationResult(double ratio, double ratioLongestFirst, Refusals refusals, double fairness,
        double idleInBacklog, double copiesPerJob) {
    /**
     * @param perJob refused offers divided by jobs
     * @param often  share of jobs that were refused more than twice
     */
    record Refusals(double perJob, double often) {}

    static SimulationResult mean(List<SimulationResult> outcomes) {
        return new SimulationResult(mean(outcomes, SimulationResult::ratio),
                mean(outcomes, SimulationResult::ratioLongestFirst),
                new Refusals(mean(outcomes, it -> it.refusals().perJob()), mean(outcomes, it -> it.refusals().often())),
                mean(outcomes, SimulationResult::fairness), mean(outcomes, SimulationResult::idleInBacklog),
                mean(outcomes, SimulationResult::copiesPerJob));
    }

    private static double mean(List<SimulationResult> outcomes, ToDoubleFunction<SimulationResult> value) {
        return outcomes.stream().mapToDouble(value).average().orElse(0);
    }
}

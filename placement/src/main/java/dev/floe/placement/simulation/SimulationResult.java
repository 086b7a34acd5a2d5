package dev.floe.placement.simulation;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The result of one simulation.
 *
 * @param ratio           makespan divided by that of the central scheduler, which places in the order of coming
 * @param ratioLongestFirst the same, the central scheduler placing the longest jobs first
 * @param refusalsPerJob  refused offers divided by jobs
 * @param oftenRefused    share of jobs that were refused more than twice
 * @param fairness        Jain's index over the submitters, 1 is fair
 * @param idleInBacklog   share of slot time that was idle while a job waited for an executor
 * @param copiesPerJob    jobs that were started a second time divided by jobs
 */
record SimulationResult(double ratio, double ratioLongestFirst, double refusalsPerJob, double oftenRefused,
        double fairness,
        double idleInBacklog, double copiesPerJob) {
    static SimulationResult mean(List<SimulationResult> outcomes) {
        return new SimulationResult(mean(outcomes, SimulationResult::ratio),
                mean(outcomes, SimulationResult::ratioLongestFirst),
                mean(outcomes, SimulationResult::refusalsPerJob),
                mean(outcomes, SimulationResult::oftenRefused), mean(outcomes, SimulationResult::fairness),
                mean(outcomes, SimulationResult::idleInBacklog),
                mean(outcomes, SimulationResult::copiesPerJob));
    }

    private static double mean(List<SimulationResult> outcomes, ToDoubleFunction<SimulationResult> value) {
        return outcomes.stream().mapToDouble(value).average().orElse(0);
    }
}

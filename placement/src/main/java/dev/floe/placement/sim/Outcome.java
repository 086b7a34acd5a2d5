package dev.floe.placement.sim;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one simulation gave.
 *
 * @param ratio           makespan divided by that of the central scheduler, which places in the order of coming
 * @param ratioLongestFirst the same, the central scheduler placing the longest jobs first
 * @param refusalsPerJob  refused offers divided by jobs
 * @param oftenRefused    share of jobs that were refused more than twice
 * @param fairness        Jain's index over the submitters, 1 is fair
 * @param idleInBacklog   share of slot time that was idle while a job waited for an executor
 */
record Outcome(double ratio, double ratioLongestFirst, double refusalsPerJob, double oftenRefused, double fairness,
        double idleInBacklog) {
    static Outcome mean(List<Outcome> outcomes) {
        return new Outcome(mean(outcomes, Outcome::ratio), mean(outcomes, Outcome::ratioLongestFirst),
                mean(outcomes, Outcome::refusalsPerJob),
                mean(outcomes, Outcome::oftenRefused), mean(outcomes, Outcome::fairness),
                mean(outcomes, Outcome::idleInBacklog));
    }

    private static double mean(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        return outcomes.stream().mapToDouble(value).average().orElse(0);
    }
}

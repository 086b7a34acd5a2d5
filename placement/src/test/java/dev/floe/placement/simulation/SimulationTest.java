package dev.floe.placement.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.ranking.StragglerPolicy;
import dev.floe.placement.simulation.SimulatedSubmitter.SubmitterPolicy;
import dev.floe.placement.view.StalenessPolicy;

/** Holds the policy to its figures, so that a change which spoils them is seen. */
class SimulationTest {

    private static SimulationResult run(String name) {
        Scenario scenario = PlacementSimulator.scenarios().stream().filter(all -> all.name().equals(name)).findFirst()
                .orElseThrow();
        return Simulation.run(scenario, SubmitterPolicy.STANDARD, 1);
    }

    @Test
    void aSecondCopyEndsTheLongTailOfABoard() {
        Scenario boards = PlacementSimulator.scenarios().stream()
                .filter(all -> all.name().equals("four boards, 2 fast, 5 jobs/slot")).findFirst().orElseThrow();
        SimulationResult without = Simulation.run(boards, new SubmitterPolicy(PlacementParameters.STANDARD,
                StalenessPolicy.STANDARD, StragglerPolicy.NONE), 1);
        SimulationResult with = Simulation.run(boards, SubmitterPolicy.STANDARD, 1);
        assertThat(without.copiesPerJob()).isZero();
        assertThat(with.copiesPerJob()).isBetween(0.001, 0.05);
        assertThat(with.ratio()).isLessThan(0.85 * without.ratio());
    }

    @Test
    void oneSubmitterIsAsFastAsTheCentralScheduler() {
        SimulationResult outcome = run("one, 8 equal");
        assertThat(outcome.ratio()).isLessThan(1.02);
        assertThat(outcome.ratioLongestFirst()).isLessThan(1.02);
        assertThat(outcome.refusals().perJob()).isLessThan(0.01);
        assertThat(outcome.idleInBacklog()).isLessThan(0.01);
    }

    @Test
    void eightBurstingSubmittersShareFairlyAndNearTheCentralScheduler() {
        SimulationResult outcome = run("eight burst, 16 mixed");
        assertThat(outcome.ratio()).isLessThan(1.05);
        assertThat(outcome.fairness()).isGreaterThan(0.95);
        assertThat(outcome.refusals().perJob()).isLessThan(0.13);
        assertThat(outcome.idleInBacklog()).isLessThan(0.01);
    }

    @Test
    void theSameSeedGivesTheSameOutcome() {
        assertThat(run("one, 2 equal")).isEqualTo(run("one, 2 equal"));
    }

    @Test
    void printsWhatADecisionCosts() {
        double microseconds = DecisionBenchmark.microseconds(1000);
        System.out.println("a decision among 1000 nodes: " + Math.round(microseconds) + " us");
        assertThat(microseconds).isPositive();
    }
}

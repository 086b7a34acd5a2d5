package dev.floe.placement.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.ranking.StragglerPolicy;
import dev.floe.placement.simulation.Scenario.Machine;
import dev.floe.placement.simulation.Scenario.Network;
import dev.floe.placement.simulation.SimulatedSubmitter.SubmitterPolicy;
import dev.floe.placement.view.StalenessPolicy;

/** Prints how close the policy comes to an omniscient central scheduler, for a set of meshes and loads. */
final class PlacementSimulator {
    private PlacementSimulator() {}

    /**
     * @param args how many seeds to average over (default 5), then a part of the scenarios' names (default all), then
     *             {@code no-copies} if no job is to be started a second time
     */
    public static void main(String[] args) {
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        String part = args.length > 1 ? args[1] : "";
        boolean copies = args.length < 3 || !args[2].equals("no-copies");
        SubmitterPolicy policy = copies
                ? SubmitterPolicy.STANDARD
                : new SubmitterPolicy(PlacementParameters.STANDARD, StalenessPolicy.STANDARD, StragglerPolicy.NONE);
        System.out
                .println("scenario                              jobs   ratio  worst longest  refused/job   >2    Jain  "
                        + " idle   copies");
        for (Scenario scenario : scenarios()) {
            if (scenario.name().contains(part)) {
                print(scenario, policy, seeds);
            }
        }
    }

    private static void print(Scenario scenario, SubmitterPolicy policy, int seeds) {
        List<SimulationResult> outcomes = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            outcomes.add(Simulation.run(scenario, policy, seed));
        }
        SimulationResult mean = SimulationResult.mean(outcomes);
        double worst = outcomes.stream().mapToDouble(SimulationResult::ratio).max().orElse(0);
        System.out.println(String.format(Locale.ROOT,
                "%-36s %6d  %6.3f %6.3f %6.3f     %6.2f %% %5.2f %%  %5.3f %5.2f %%  %5.2f %%",
                scenario.name(), Math.round(scenario.arrivals().jobsPerSlot() * scenario.slots()), mean.ratio(), worst,
                mean.ratioLongestFirst(),
                mean.refusals().perJob() * 100, mean.refusals().often() * 100, mean.fairness(),
                mean.idleInBacklog() * 100,
                mean.copiesPerJob() * 100));
    }

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (int nodes : new int[]{2, 8, 32}) {
            all.add(build("one, " + nodes + " equal", equal(nodes, 8), 1, 20, Network.LAN));
        }
        all.add(build("one, 16 mixed, 30 jobs/slot", mixed(16), 1, 30, Network.LAN));
        all.add(build("one, 16 mixed, 10 jobs/slot", mixed(16), 1, 10, Network.LAN));
        all.add(build("one, 16 mixed, 3 jobs/slot", mixed(16), 1, 3, Network.LAN));
        all.add(build("one, 16 mixed, VPN", mixed(16), 1, 30, Network.VPN));
        all.add(build("one board, 2 fast peers", boards(1, 2), 1, 20, Network.LAN));
        all.add(build("four boards, 2 fast peers", boards(4, 2), 4, 20, Network.LAN));
        all.add(build("four boards, 2 fast, 5 jobs/slot", boards(4, 2), 4, 5, Network.LAN));
        all.add(build("one, 16 mixed, 2 overloaded, 5/slot", overloaded(mixed(16), 2), 1, 5, Network.LAN));
        all.add(build("eight burst, 16 mixed", mixed(16), 8, 30, Network.LAN));
        all.add(build("eight burst, 16 mixed, 10/slot", mixed(16), 8, 10, Network.LAN));
        all.add(build("eight burst, 16 mixed, VPN", mixed(16), 8, 30, Network.VPN));
        all.add(build("eight burst, 100 mixed", mixed(100), 8, 20, Network.LAN));
        all.add(new Scenario("eight burst, 16 mixed, 0.3 s jobs", mixed(16), 8, new Scenario.Arrivals(60, 0, 0),
                Network.LAN, new Scenario.RunTimes(0.25, 0.6, 0.3)));
        all.add(new Scenario("eight staggered 2 s, 16 mixed", mixed(16), 8, new Scenario.Arrivals(30, 0, 2),
                Network.LAN, new Scenario.RunTimes(1.5, 0.8, 0.3)));
        for (int percent : new int[]{50, 70, 90}) {
            all.add(new Scenario("eight steady at " + percent + " %, 16 mixed", mixed(16), 8,
                    new Scenario.Arrivals(60, percent / 100.0, 0), Network.LAN, new Scenario.RunTimes(1.5, 0.8, 0.3)));
        }
        return all;
    }

    private static Scenario build(String name, List<Machine> machines, int submitters, double perSlot,
            Network network) {
        return new Scenario(name, machines, submitters, new Scenario.Arrivals(perSlot, 0, 0), network,
                new Scenario.RunTimes(1.5, 0.8, 0.3));
    }

    private static List<Machine> equal(int nodes, int slots) {
        return Collections.nCopies(nodes, new Machine(slots, 1));
    }

    private static List<Machine> mixed(int nodes) {
        int[] slots = {8, 4, 16, 12};
        double[] speeds = {1, 0.7, 1.3, 0.9, 1.1};
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            machines.add(new Machine(slots[i % slots.length], speeds[i % speeds.length]));
        }
        return machines;
    }

    /** The last machines do other work, which they do not notice: each slot has a fifth of its speed. */
    private static List<Machine> overloaded(List<Machine> machines, int count) {
        List<Machine> all = new ArrayList<>(machines);
        for (int i = all.size() - count; i < all.size(); i++) {
            Machine machine = all.get(i);
            all.set(i, new Machine(machine.slots(), machine.speed(), machine.speed() / 5));
        }
        return all;
    }

    private static List<Machine> boards(int boards, int fast) {
        List<Machine> machines = new ArrayList<>(Collections.nCopies(boards, new Machine(4, 0.15)));
        machines.addAll(Collections.nCopies(fast, new Machine(16, 1)));
        return machines;
    }
}

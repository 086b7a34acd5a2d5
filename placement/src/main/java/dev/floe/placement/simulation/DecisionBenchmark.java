package dev.floe.placement.simulation;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.ranking.Placement;
import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.view.LocalView;
import dev.floe.placement.view.NodeLoad;
import dev.floe.placement.view.NodeProfile;
import dev.floe.placement.view.NodeProfile.NodeSpec;
import dev.floe.placement.view.StalenessPolicy;

/** Measures what one decision costs, the correction of the view included. */
final class DecisionBenchmark {
    private static final int ROUNDS = 5_000;

    private DecisionBenchmark() {}

    /** @param args sizes of meshes (default 10, 100 and 1000 nodes) */
    public static void main(String[] args) {
        int[] sizes = args.length == 0
                ? new int[]{10, 100, 1000}
                : Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        for (int nodes : sizes) {
            System.out
                    .println(String.format(Locale.ROOT, "%5d nodes: %6.1f us a decision", nodes, microseconds(nodes)));
        }
    }

    /** Mean CPU time of many decisions on changing views, after warming up. */
    static double microseconds(int nodes) {
        LocalView view = new LocalView(StalenessPolicy.STANDARD);
        Random random = new Random(nodes);
        for (int i = 0; i < nodes; i++) {
            view.described(new NodeProfile("node-" + i, i == 0,
                    new NodeSpec("x86_64", 8, 0.5 + random.nextDouble(), Set.of()), Set.of("gcc"), false));
            view.gossip(new NodeLoad("node-" + i, 1, 1, random.nextInt(9), Duration.ZERO, 1L << 34), Instant.EPOCH);
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        decide(view);
        decide(view);
        long start = threads.getCurrentThreadCpuTime();
        decide(view);
        return (threads.getCurrentThreadCpuTime() - start) / 1e3 / ROUNDS;
    }

    private static void decide(LocalView view) {
        Instant now = Instant.EPOCH.plusMillis(1);
        int sequence = 2;
        for (int round = 0; round < ROUNDS; round++) {
            PlacementRequest job = new PlacementRequest(Integer.toHexString(round * 0x9E3779B9),
                    "src/" + round % 500 + ".cc", new ToolchainNeed("gcc", 100_000_000, "x86_64", Map.of()),
                    new JobSize(Duration.ofSeconds(2), 200_000, 1L << 29), Optional.empty());
            String chosen = Placement.rank(view.view(now), job, PlacementParameters.STANDARD).first().orElseThrow()
                    .node().id();
            view.dispatched(chosen, job, now);
            view.answered(chosen, job.key(),
                    new NodeLoad(chosen, 1, sequence + round, round % 9, Duration.ZERO, 1L << 34), now);
            now = now.plusNanos(1000);
        }
    }
}

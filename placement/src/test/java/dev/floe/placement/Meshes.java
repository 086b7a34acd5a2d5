package dev.floe.placement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.ranking.Placement;
import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.ranking.Ranking;
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.EmulationCapability;
import dev.floe.placement.view.NodeProfile;
import dev.floe.placement.view.NodeProfile.NodeSpec;
import dev.floe.placement.view.NodeView;
import dev.floe.placement.view.NodeView.ExpectedLoad;
import dev.floe.placement.view.NodeView.NetworkPath;
import dev.floe.placement.view.NodeView.NodeReliability;
import dev.floe.placement.view.OfferGate;

/** Views and jobs for tests: plain ones, and random ones from a seed. */
public final class Meshes {
    public static final Duration LAN = Duration.ofNanos(300_000);

    /** Runs the programs of random and idle meshes' jobs if its own architecture does not. */
    public static final EmulationCapability EMULATING = new EmulationCapability(Set.of("x86_64"), 0.1);

    private Meshes() {}

    public static NodeView node(String id, int slots, double free, double speed) {
        return new NodeView(
                new NodeProfile(id, false, new NodeSpec("x86_64", slots, speed, Set.of()), Set.of("gcc"), false),
                new ExpectedLoad(free, Duration.ZERO, 1L << 34), new NetworkPath(LAN, 100e6), NodeReliability.of(1),
                EmulationCapability.NONE);
    }

    public static ClusterView idle(int nodes) {
        List<NodeView> all = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            all.add(node("node-" + i, 8, 8, 1));
        }
        return new ClusterView(all);
    }

    public static PlacementRequest job(int number) {
        return new PlacementRequest(Integer.toHexString(number * 0x9E3779B1), "src/" + number + ".cc",
                new ToolchainNeed("gcc", 100_000_000, "x86_64", Map.of()),
                new JobSize(Duration.ofSeconds(2), 200_000, 1L << 29), Optional.empty());
    }

    public static PlacementRequest wanting(PlacementRequest job, String node) {
        return new PlacementRequest(job.key(), job.affinity(),
                new ToolchainNeed(job.toolchain(), job.toolchainBytes(), job.architecture(), Map.of()),
                new JobSize(job.predicted(), job.inputBytes(), job.memoryBytes()), Optional.of(node));
    }

    public static NodeView withFree(NodeView node, double free) {
        return new NodeView(
                new NodeProfile(node.id(), node.self(),
                        new NodeSpec(node.architecture(), node.slots(), node.speed(), Set.of()), node.toolchains(),
                        node.draining()),
                new ExpectedLoad(free, node.queued(), node.freeMemoryBytes()),
                new NetworkPath(node.roundTrip(), node.bytesPerSecond()),
                new NodeReliability(node.successRate(), node.openness(), node.pause()), node.emulation());
    }

    /** Nodes of every kind: full and idle, slow and fast, draining, foreign, small, failing, near and far. */
    public static ClusterView random(Random random) {
        List<NodeView> all = new ArrayList<>();
        int nodes = 1 + random.nextInt(40);
        for (int i = 0; i < nodes; i++) {
            int slots = random.nextInt(17);
            double free = random.nextInt(4) == 0 ? -random.nextInt(4) : random.nextDouble() * slots;
            Duration queued = free < 0 ? Duration.ofMillis(random.nextInt(8000)) : Duration.ZERO;
            all.add(new NodeView(
                    new NodeProfile("n" + random.nextInt(1_000_000) + "-" + i, i == 0,
                            new NodeSpec(random.nextInt(6) == 0 ? "aarch64" : "x86_64", slots,
                                    0.1 + 1.5 * random.nextDouble(), Set.of()),
                            random.nextInt(3) == 0 ? Set.of() : Set.of("gcc"), random.nextInt(8) == 0),
                    new ExpectedLoad(Math.min(free, slots), queued, (long) (random.nextDouble() * (1L << 32))),
                    new NetworkPath(i == 0 ? Duration.ZERO : Duration.ofNanos(random.nextInt(40_000_000)),
                            1e6 + random.nextDouble() * 1e8),
                    new NodeReliability(random.nextInt(5) == 0 ? random.nextDouble() : 1,
                            OfferGate.values()[Math.max(0, random.nextInt(12) - 9)],
                            random.nextInt(10) == 0 ? Duration.ofMillis(random.nextInt(5000)) : Duration.ZERO),
                    random.nextInt(4) == 0 ? EMULATING : EmulationCapability.NONE));
        }
        return new ClusterView(all);
    }

    public static List<String> ids(Ranking ranking) {
        return ranking.candidates().stream().map(candidate -> candidate.node().id()).toList();
    }

    public static String first(ClusterView view, PlacementRequest job) {
        return Placement.rank(view, job, PlacementParameters.STANDARD).first().orElseThrow().node().id();
    }
}

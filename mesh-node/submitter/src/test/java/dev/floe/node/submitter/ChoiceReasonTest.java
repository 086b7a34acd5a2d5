package dev.floe.node.submitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.ranking.Candidate;
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

class ChoiceReasonTest {
    private static NodeView node(String id, double free, double speed) {
        return new NodeView(
                new NodeProfile(id, false, new NodeSpec("x86_64", 8, speed, Set.of()), Set.of("gcc"), false),
                new ExpectedLoad(free, Duration.ZERO, 1L << 34), new NetworkPath(Duration.ofMillis(1), 100e6),
                NodeReliability.of(1), EmulationCapability.NONE);
    }

    private static Ranking rank(int job, NodeView... nodes) {
        return Placement.rank(new ClusterView(List.of(nodes)),
                new PlacementRequest(Integer.toHexString(job * 0x9E3779B1), "src/" + job + ".cc",
                        new ToolchainNeed("gcc", 1, "x86_64", Map.of()),
                        new JobSize(Duration.ofSeconds(2), 200_000, 1L << 29), Optional.empty()),
                PlacementParameters.STANDARD);
    }

    private static Optional<String> reason(Ranking ranking) {
        return ChoiceReason.of(ranking.first().orElseThrow(), ranking.candidates(), each -> each.node().id());
    }

    @Test
    void theNodeWithTheShortestTimeNeedsNoReason() {
        assertThat(reason(rank(1, node("a", 8, 2), node("b", 8, 1)))).isEmpty();
    }

    @Test
    void saysThatASlowerNodeIsWarmAndAboutAsFast() {
        List<String> reasons = IntStream.range(0, 50).mapToObj(job -> reason(rank(job, node("a", 8, 1),
                node("b", 8, 1.04)))).flatMap(Optional::stream).toList();
        assertThat(reasons).isNotEmpty().allMatch(text -> text.startsWith("a before b, whose time is the shortest: ")
                && text.endsWith("it is warm for this source, and about as fast"));
    }

    @Test
    void saysThatTheDrawDecidesBetweenNodesThatAreNotWarm() {
        NodeView[] nodes = IntStream.range(0, 12).mapToObj(i -> node("n" + i, 8 - i % 3 * 3, 1 + i * 0.003))
                .toArray(NodeView[]::new);
        List<String> reasons = IntStream.range(0, 200).mapToObj(job -> rank(job, nodes))
                .filter(ranking -> !ranking.first().map(Candidate::home).orElse(true)).map(ChoiceReasonTest::reason)
                .flatMap(Optional::stream).toList();
        assertThat(reasons).isNotEmpty().allMatch(text -> text.contains("the source and the free capacity decide"));
    }

    @Test
    void saysThatTheFasterNodeHasNoFreeSlot() {
        Ranking ranking = rank(1, node("busy", 0, 1.5), node("idle", 8, 1));
        Candidate shortest = ranking.candidates().stream().min(Comparator.comparing(Candidate::expected)).orElseThrow();
        assertThat(shortest.node().id()).isEqualTo("busy");
        assertThat(reason(ranking)).hasValue(
                "idle before busy, whose time is the shortest: that one has no free slot, and would queue it");
    }
}

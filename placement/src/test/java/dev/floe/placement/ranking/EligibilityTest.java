package dev.floe.placement.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.floe.placement.Meshes;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.ranking.IneligibleNode.IneligibilityReason;
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.EmulationCapability;
import dev.floe.placement.view.ExecutionMode;
import dev.floe.placement.view.NodeProfile;
import dev.floe.placement.view.NodeProfile.NodeSpec;
import dev.floe.placement.view.NodeView;
import dev.floe.placement.view.NodeView.ExpectedLoad;
import dev.floe.placement.view.NodeView.NetworkPath;
import dev.floe.placement.view.NodeView.NodeReliability;
import dev.floe.placement.view.OfferGate;

/** Which nodes may run a job, what they are expected to answer, and which are looked at. */
class EligibilityTest {
    private static final PlacementRequest JOB = Meshes.job(1);

    private static NodeView node(String architecture, int slots, double free, boolean draining, long memory,
            boolean self, OfferGate gate, Duration pause) {
        return new NodeView(
                new NodeProfile("n", self, new NodeSpec(architecture, slots, 1, Set.of()), Set.of("gcc"), draining),
                new ExpectedLoad(free, Duration.ZERO, memory), new NetworkPath(Meshes.LAN, 100e6),
                new NodeReliability(1, gate, pause), EmulationCapability.NONE);
    }

    private static NodeView open(double free) {
        return node("x86_64", 8, free, false, 1L << 34, false, OfferGate.OPEN, Duration.ZERO);
    }

    private static Optional<IneligibilityReason> reason(NodeView node) {
        return IneligibleNode.reason(node, JOB);
    }

    @Test
    void eachObstacleHasItsReason() {
        assertThat(reason(open(8))).isEmpty();
        assertThat(reason(node("x86_64", 0, 0, false, 1L << 34, false, OfferGate.OPEN, Duration.ZERO)))
                .contains(IneligibilityReason.NO_SLOTS);
        assertThat(reason(node("aarch64", 8, 8, false, 1L << 34, false, OfferGate.OPEN, Duration.ZERO)))
                .contains(IneligibilityReason.ARCHITECTURE);
        assertThat(reason(node("x86_64", 8, 8, true, 1L << 34, false, OfferGate.OPEN, Duration.ZERO)))
                .contains(IneligibilityReason.DRAINING);
        assertThat(reason(node("x86_64", 8, 8, false, JOB.memoryBytes() - 1, false, OfferGate.OPEN, Duration.ZERO)))
                .contains(IneligibilityReason.MEMORY);
        assertThat(reason(node("x86_64", 8, 8, false, JOB.memoryBytes(), false, OfferGate.OPEN, Duration.ZERO)))
                .isEmpty();
    }

    @Test
    void aNodeThatPausesIsNotEligibleUnlessItIsNamedOrTheSubmitter() {
        Duration pause = Duration.ofSeconds(1);
        assertThat(reason(node("x86_64", 8, 8, false, 1L << 34, false, OfferGate.OPEN, pause)))
                .contains(IneligibilityReason.FAILING);
        assertThat(reason(node("x86_64", 8, 8, false, 1L << 34, true, OfferGate.OPEN, pause))).isEmpty();
        assertThat(IneligibleNode.reason(node("x86_64", 8, 8, false, 1L << 34, false, OfferGate.OPEN, pause),
                Meshes.wanting(JOB, "n"))).isEmpty();
        assertThat(IneligibleNode.reason(open(8), Meshes.wanting(JOB, "m"))).contains(IneligibilityReason.NOT_WANTED);
    }

    @Test
    void aNodeWithoutAFeatureThatTheJobNeedsIsNotEligible() {
        PlacementRequest needs = new PlacementRequest("k", "a.c",
                new ToolchainNeed("gcc", 1, "x86_64", Map.of(), Set.of("observe", "more")),
                new JobSize(Duration.ofSeconds(1), 1, 1), Optional.empty());
        assertThat(IneligibleNode.reason(with(Set.of("observe", "more", "other")), needs)).isEmpty();
        NodeView old = with(Set.of("observe"));
        assertThat(IneligibleNode.reason(old, needs)).contains(IneligibilityReason.FEATURES);
        assertThat(IneligibleNode.of(old, needs, IneligibilityReason.FEATURES).text())
                .isEqualTo("is of an older version without more, which the job needs");
        assertThat(IneligibleNode.reason(old, JOB)).as("a job that needs nothing").isEmpty();
    }

    private static NodeView with(Set<String> features) {
        return new NodeView(
                new NodeProfile("n", false, new NodeSpec("x86_64", 8, 1, Set.of(), features), Set.of("gcc"), false),
                new ExpectedLoad(8, Duration.ZERO, 1L << 34), new NetworkPath(Meshes.LAN, 100e6),
                NodeReliability.of(1), EmulationCapability.NONE);
    }

    private static ExpectedAnswer answer(double free, OfferGate gate) {
        NodeView node = node("x86_64", 8, free, false, 1L << 34, false, gate, Duration.ZERO);
        return ExpectedAnswer.of(node, ExecutionMode.of(node, JOB).orElseThrow(), JOB, PlacementParameters.STANDARD);
    }

    @Test
    void theAnswerIsExpectedByFreeSlotsAndEarlierOffers() {
        assertThat(answer(0.5, OfferGate.OPEN)).isEqualTo(ExpectedAnswer.ACCEPTED);
        assertThat(answer(0.4, OfferGate.OPEN)).isEqualTo(ExpectedAnswer.QUEUED);
        assertThat(answer(-0.5, OfferGate.OPEN)).isEqualTo(ExpectedAnswer.QUEUED);
        assertThat(answer(-0.6, OfferGate.OPEN)).isEqualTo(ExpectedAnswer.REFUSED);
        assertThat(answer(1, OfferGate.AWAITED)).isEqualTo(ExpectedAnswer.SOON);
        assertThat(answer(0, OfferGate.AWAITED)).isEqualTo(ExpectedAnswer.REFUSED);
        assertThat(answer(8, OfferGate.CLOSED)).isEqualTo(ExpectedAnswer.REFUSED);
    }

    @Test
    void onlyPeersRunSubstituteCompilers() {
        PlacementRequest substituted = new PlacementRequest("k", "a.c",
                new ToolchainNeed("gcc", 1, "x86_64", Map.of("aarch64", "gcc-arm")),
                new JobSize(Duration.ofSeconds(1), 1, 1), Optional.empty());
        NodeView peer = node("aarch64", 8, 8, false, 1L << 34, false, OfferGate.OPEN, Duration.ZERO);
        NodeView self = node("aarch64", 8, 8, false, 1L << 34, true, OfferGate.OPEN, Duration.ZERO);
        assertThat(ExecutionMode.of(peer, substituted))
                .contains(new ExecutionMode("aarch64", "gcc-arm", false, peer.speed()));
        assertThat(ExecutionMode.of(self, substituted)).isEmpty();
    }

    @Test
    void theSampleHasTheSmallestRanksAndIsTheSameInAnyOrder() {
        List<NodeView> nodes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            nodes.add(Meshes.node("n" + i, 8, 8, 1));
        }
        List<String> drawn = draw(nodes);
        assertThat(drawn).hasSize(4).isSubsetOf("n0", "n5", "n10", "n15", "n20", "n25", "n30", "n35", "n40", "n45");
        assertThat(draw(nodes.reversed())).isEqualTo(drawn);
    }

    /** Each fifth node has a better rank than the others. */
    private static List<String> draw(List<NodeView> nodes) {
        WeightedReservoir reservoir = new WeightedReservoir(WeightedSampling.of("job"), 4);
        nodes.forEach(node -> reservoir.offer(node, Integer.parseInt(node.id().substring(1)) % 5 == 0 ? 0 : 1, 8));
        return reservoir.drawn().stream().map(each -> each.node().id()).toList();
    }

    @Test
    void aNodeWithMoreRoomIsDrawnMoreOften() {
        int large = 0;
        for (int i = 0; i < 1000; i++) {
            WeightedReservoir reservoir = new WeightedReservoir(WeightedSampling.of("job" + i), 1);
            reservoir.offer(Meshes.node("small", 8, 8, 1), 0, 1);
            reservoir.offer(Meshes.node("large", 8, 8, 1), 0, 9);
            large += reservoir.drawn().getFirst().node().id().equals("large") ? 1 : 0;
        }
        assertThat(large).isBetween(850, 950);
    }

    @Test
    void theSubmitterIsAlwaysLookedAt() {
        List<NodeView> nodes = new ArrayList<>(Meshes.idle(100).nodes());
        nodes.add(node("x86_64", 1, -5, false, 1L << 34, true, OfferGate.OPEN, Duration.ZERO));
        CandidateSelection selection = CandidateSelection.of(new ClusterView(nodes), JOB, PlacementParameters.STANDARD);
        assertThat(selection.nodes()).extracting(drawn -> drawn.node().id()).contains("n");
        assertThat(selection.capacity()).isEqualTo(801);
    }

    @Test
    void whatIsAboutAsGoodIsWithinAShareOrTheFloor() {
        Tolerance tolerance = new Tolerance(0.05, Duration.ofMillis(10));
        assertThat(tolerance.limit(10)).isEqualTo(10.5);
        assertThat(tolerance.limit(0.1)).isEqualTo(0.11);
    }
}

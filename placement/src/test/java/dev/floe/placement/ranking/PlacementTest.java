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
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.EmulationCapability;
import dev.floe.placement.view.NodeProfile;
import dev.floe.placement.view.NodeProfile.NodeSpec;
import dev.floe.placement.view.NodeView;
import dev.floe.placement.view.NodeView.ExpectedLoad;
import dev.floe.placement.view.NodeView.NetworkPath;
import dev.floe.placement.view.NodeView.NodeReliability;
import dev.floe.placement.view.OfferGate;

class PlacementTest {
    private static final PlacementRequest JOB = Meshes.job(1);

    private static NodeView self(int slots, double free, double speed) {
        return new NodeView(
                new NodeProfile("self", true, new NodeSpec("x86_64", slots, speed, Set.of()), Set.of("gcc"), false),
                new ExpectedLoad(free, Duration.ZERO, 1L << 34), new NetworkPath(Duration.ZERO, 1e9),
                NodeReliability.of(1), EmulationCapability.NONE);
    }

    @Test
    void onlyTheWantedNodeIsEligible() {
        Ranking ranking = Placement.rank(Meshes.idle(5), Meshes.wanting(JOB, "node-3"), PlacementParameters.STANDARD);
        assertThat(Meshes.ids(ranking)).containsExactly("node-3");
        assertThat(ranking.ineligible()).hasSize(4).allSatisfy(entry -> {
            assertThat(entry.reason()).isEqualTo(IneligibleNode.IneligibilityReason.NOT_WANTED);
            assertThat(entry.text()).contains("node-3");
        });
    }

    private static NodeView pausing(String id, Duration pause) {
        return new NodeView(new NodeProfile(id, false, new NodeSpec("x86_64", 8, 1, Set.of()), Set.of("gcc"), false),
                new ExpectedLoad(8, Duration.ZERO, 1L << 34), new NetworkPath(Meshes.LAN, 100e6),
                new NodeReliability(0.5, OfferGate.OPEN, pause), EmulationCapability.NONE);
    }

    private static NodeView node(String id, double free, OfferGate openness) {
        return new NodeView(new NodeProfile(id, false, new NodeSpec("x86_64", 8, 1, Set.of()), Set.of("gcc"), false),
                new ExpectedLoad(free, Duration.ZERO, 1L << 34), new NetworkPath(Meshes.LAN, 100e6),
                new NodeReliability(1, openness, Duration.ZERO), EmulationCapability.NONE);
    }

    @Test
    void aJobWaitsForAnAnswerRatherThanInTheQueueOfAFullNode() {
        NodeView full = node("full", 0, OfferGate.OPEN);
        NodeView awaited = node("awaited", 6, OfferGate.AWAITED);
        Ranking ranking = Placement.rank(new ClusterView(List.of(full, awaited)), Meshes.job(1),
                PlacementParameters.STANDARD);
        assertThat(ranking.candidates()).extracting(Candidate::prospect).containsExactly(ExpectedAnswer.SOON,
                ExpectedAnswer.QUEUED);
        assertThat(ranking.offers()).isEmpty();
        NodeView awaitedAndFull = node("awaited", 0, OfferGate.AWAITED);
        assertThat(
                Placement.rank(new ClusterView(List.of(full, awaitedAndFull)), Meshes.job(1),
                        PlacementParameters.STANDARD).offers())
                .extracting(candidate -> candidate.node().id()).containsExactly("full");
    }

    @Test
    void aNodeThatHasJustFailedIsNotRankedButKnownToPause() {
        ClusterView view = new ClusterView(
                List.of(pausing("long", Duration.ofSeconds(2)), pausing("short", Duration.ofSeconds(1))));
        Ranking ranking = Placement.rank(view, JOB, PlacementParameters.STANDARD);
        assertThat(ranking.candidates()).isEmpty();
        assertThat(ranking.pausing()).extracting(candidate -> candidate.node().id()).containsExactly("short", "long");
        assertThat(ranking.ineligible()).extracting(IneligibleNode::reason)
                .containsOnly(IneligibleNode.IneligibilityReason.FAILING);
    }

    @Test
    void aNodeThatHasJustFailedIsTriedIfTheUserNamedIt() {
        ClusterView view = new ClusterView(List.of(pausing("peer", Duration.ofSeconds(2))));
        assertThat(Meshes.ids(Placement.rank(view, Meshes.wanting(JOB, "peer"), PlacementParameters.STANDARD)))
                .containsExactly("peer");
    }

    @Test
    void aSlowSelfIsLastWhilePeersHaveRoom() {
        List<NodeView> nodes = new ArrayList<>(Meshes.idle(3).nodes());
        nodes.add(self(4, 4, 0.15));
        assertThat(Meshes.ids(Placement.rank(new ClusterView(nodes), JOB, PlacementParameters.STANDARD)))
                .endsWith("self");
    }

    @Test
    void aSlowSelfIsNotUsedForTheLastJobWhileFastPeersAreBusy() {
        ClusterView view = new ClusterView(List.of(self(4, 4, 0.15), Meshes.node("fast", 16, -4, 1)));
        assertThat(Placement.rank(view, JOB, PlacementParameters.STANDARD).offers()).isEmpty();
    }

    @Test
    void aSlowSelfHelpsWithALongBacklog() {
        ClusterView view = new ClusterView(List.of(self(4, 4, 0.15), Meshes.node("fast", 16, -4, 1)));
        PlacementParameters busy = PlacementParameters.STANDARD.sharing(500, Duration.ofSeconds(1000));
        assertThat(Placement.rank(view, JOB, busy).offers()).extracting(candidate -> candidate.node().id())
                .containsExactly("self");
    }

    @Test
    void selfBringsNoInputs() {
        Candidate candidate = Placement.rank(new ClusterView(List.of(self(4, 4, 1))), JOB, PlacementParameters.STANDARD)
                .first()
                .orElseThrow();
        assertThat(candidate.transfer()).isZero();
        assertThat(candidate.toolchain()).isZero();
    }

    @Test
    void aNodeWithoutTheToolchainPaysForItAloneOrSharesIt() {
        NodeView cold = new NodeView(
                new NodeProfile("cold", false, new NodeSpec("x86_64", 8, 1, Set.of()), Set.of(), false),
                new ExpectedLoad(8, Duration.ZERO, 1L << 34), new NetworkPath(Meshes.LAN, 100e6), NodeReliability.of(1),
                EmulationCapability.NONE);
        ClusterView view = new ClusterView(List.of(cold));
        assertThat(Placement.rank(view, JOB, PlacementParameters.STANDARD).first().orElseThrow().toolchain())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(Placement.rank(view, JOB, PlacementParameters.STANDARD.sharing(100, Duration.ofSeconds(100))).first()
                .orElseThrow().toolchain()).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void aNodeThatFailsHalfOfItsJobsCountsAsHalfAsFast() {
        NodeView failing = new NodeView(
                new NodeProfile("failing", false, new NodeSpec("x86_64", 8, 1, Set.of()), Set.of("gcc"), false),
                new ExpectedLoad(8, Duration.ZERO, 1L << 34), new NetworkPath(Meshes.LAN, 100e6),
                NodeReliability.of(0.5), EmulationCapability.NONE);
        Candidate candidate = Placement.rank(new ClusterView(List.of(failing)), JOB, PlacementParameters.STANDARD)
                .first()
                .orElseThrow();
        assertThat(candidate.expected())
                .isEqualTo(candidate.transfer().plus(candidate.waiting()).plus(candidate.run()).multipliedBy(2));
    }

    @Test
    void theSameSourceGoesToTheSameNodeWhateverItsContents() {
        for (int number = 0; number < 100; number++) {
            PlacementRequest edited = new PlacementRequest("another key", Meshes.job(number).affinity(),
                    new ToolchainNeed(JOB.toolchain(), JOB.toolchainBytes(), JOB.architecture(), Map.of()),
                    new JobSize(JOB.predicted(), JOB.inputBytes(), JOB.memoryBytes()), Optional.empty());
            assertThat(Meshes.first(Meshes.idle(20), edited))
                    .isEqualTo(Meshes.first(Meshes.idle(20), Meshes.job(number)));
        }
    }

    @Test
    void aHomeAboveTheLoadCapGoesNotFirst() {
        List<NodeView> nodes = new ArrayList<>(Meshes.idle(20).nodes());
        String home = Meshes.first(new ClusterView(nodes), JOB);
        nodes.replaceAll(node -> Meshes.withFree(node, node.id().equals(home) ? 3 : 4));
        assertThat(Meshes.first(new ClusterView(nodes), JOB)).as("load 5 of 8, mean 4.05 of 8").isEqualTo(home);
        nodes.replaceAll(node -> Meshes.withFree(node, node.id().equals(home) ? 2 : 4));
        Candidate capped = Placement.rank(new ClusterView(nodes), JOB, PlacementParameters.STANDARD).candidates()
                .stream()
                .filter(candidate -> candidate.node().id().equals(home)).findFirst().orElseThrow();
        assertThat(capped.home()).isTrue();
        assertThat(Meshes.first(new ClusterView(nodes), JOB)).isNotEqualTo(home);
    }

    @Test
    void anEmptyMeshHasNoCandidates() {
        assertThat(Placement.rank(new ClusterView(List.of()), JOB, PlacementParameters.STANDARD).first()).isEmpty();
    }
}

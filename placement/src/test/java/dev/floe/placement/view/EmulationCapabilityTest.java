package dev.floe.placement.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.floe.placement.Meshes;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.Placement;
import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.view.NodeProfile.NodeSpec;
import dev.floe.placement.view.NodeView.ExpectedLoad;
import dev.floe.placement.view.NodeView.NetworkPath;
import dev.floe.placement.view.NodeView.NodeReliability;

class EmulationCapabilityTest {
    private static final PlacementRequest JOB = Meshes.job(1);
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private static NodeView node(String id, String architecture, int slots, double free, double speed, boolean self,
            EmulationCapability emulation) {
        return new NodeView(
                new NodeProfile(id, self, new NodeSpec(architecture, slots, speed, Set.of()), Set.of("gcc"), false),
                new ExpectedLoad(free, Duration.ZERO, 1L << 34),
                new NetworkPath(self ? Duration.ZERO : Meshes.LAN, 100e6),
                new NodeReliability(1, OfferGate.OPEN, Duration.ZERO), emulation);
    }

    private static NodeView emulating(double free) {
        return node("emulating", "aarch64", 8, free, 1, false, Meshes.EMULATING);
    }

    private static NodeView self(double free, double speed) {
        return node("self", "x86_64", 4, free, speed, true, EmulationCapability.NONE);
    }

    private static List<String> order(PlacementParameters policy, NodeView... nodes) {
        return Meshes.ids(Placement.rank(new ClusterView(List.of(nodes)), JOB, policy));
    }

    private static List<String> offers(PlacementParameters policy, NodeView... nodes) {
        return Placement.rank(new ClusterView(List.of(nodes)), JOB, policy).offers().stream()
                .map(candidate -> candidate.node().id()).toList();
    }

    @Test
    void comesAfterANodeThatRunsTheProgramsByItself() {
        assertThat(order(PlacementParameters.STANDARD, emulating(8), Meshes.node("slower", 8, 8, 0.2)))
                .containsExactly("slower", "emulating");
    }

    @Test
    void comesAfterAPlaceInAQueue() {
        assertThat(order(PlacementParameters.STANDARD, emulating(8), Meshes.node("busy", 8, 0, 1)))
                .containsExactly("busy", "emulating");
    }

    @Test
    void comesAfterTheSubmitterItself() {
        assertThat(order(PlacementParameters.STANDARD, emulating(8), self(4, 0.15))).containsExactly("self",
                "emulating");
    }

    @Test
    void comesBeforeASubmitterThatIsMuchSlower() {
        assertThat(order(PlacementParameters.STANDARD, emulating(8), self(4, 0.03))).containsExactly("emulating",
                "self");
    }

    @Test
    void isNotAskedWhileAFullNodeIsSoonerDone() {
        assertThat(offers(PlacementParameters.STANDARD, emulating(8), Meshes.node("full", 8, -8, 1))).isEmpty();
    }

    @Test
    void helpsWithALongBacklog() {
        assertThat(offers(PlacementParameters.STANDARD.sharing(500, Duration.ofSeconds(1000)), emulating(8),
                Meshes.node("full", 8, -8, 1))).containsExactly("emulating");
    }

    @Test
    void isExpectedToTakeAsLongAsItDoes() {
        Candidate candidate = Placement.rank(new ClusterView(List.of(emulating(8))), JOB, PlacementParameters.STANDARD)
                .first()
                .orElseThrow();

        assertThat(candidate.run()).isEqualTo(JOB.predicted().multipliedBy(10));
    }

    @Test
    void aCompilerThatStandsInGoesBeforeAnEmulator() {
        PlacementRequest job = standingIn(Map.of("aarch64", "stand-in"));

        assertThat(ExecutionMode.of(emulating(8), job)).hasValue(new ExecutionMode("aarch64", "stand-in", false, 1));
    }

    @Test
    void theCommandsOwnCompilerGoesBeforeOneThatStandsInUnderTheEmulator() {
        NodeView node = node("emulating", "s390x", 8, 8, 1, false,
                new EmulationCapability(Set.of("x86_64", "arm"), 0.1));

        assertThat(ExecutionMode.of(node, standingIn(Map.of("arm", "stand-in"))))
                .hasValue(new ExecutionMode("x86_64", "gcc", true, 0.1));
    }

    @Test
    void aNodeWhoseOwnProgramsAreEmulatedIsNoOtherThanOneThatEmulates() {
        NodeView node = node("all", "aarch64", 8, 8, 1, false, new EmulationCapability(Set.of("aarch64"), 0.1));

        assertThat(ExecutionMode.of(node, JOB)).isEmpty();
        assertThat(ExecutionMode.of(node, standingIn(Map.of("aarch64", "stand-in"))))
                .hasValue(new ExecutionMode("aarch64", "stand-in", true, 0.1));
    }

    private static PlacementRequest standingIn(Map<String, String> standIns) {
        return new PlacementRequest(JOB.key(), JOB.affinity(),
                new ToolchainNeed(JOB.toolchain(), JOB.toolchainBytes(), JOB.architecture(), standIns),
                new JobSize(JOB.predicted(), JOB.inputBytes(), JOB.memoryBytes()), Optional.empty());
    }

    @Test
    void itsSpeedIsLearntFromWhatItHasRun() {
        LocalView view = new LocalView(StalenessPolicy.STANDARD);
        view.described(
                new NodeProfile("peer", false, new NodeSpec("aarch64", 8, 2, Set.of("x86_64")), Set.of("gcc"), false));
        assertThat(share(view)).isCloseTo(EmulationSpeedEstimate.FIRST_GUESS, within(1e-9));

        for (int i = 0; i < 40; i++) {
            view.emulated("peer", Duration.ofSeconds(2), Duration.ofSeconds(5));
        }

        assertThat(share(view)).isCloseTo(0.2, within(0.001));
    }

    @Test
    void aTimeThatCannotBeSpoilsNothing() {
        LocalView view = new LocalView(StalenessPolicy.STANDARD);
        view.described(
                new NodeProfile("peer", false, new NodeSpec("aarch64", 8, 1, Set.of("x86_64")), Set.of("gcc"), false));

        view.emulated("peer", Duration.ofSeconds(2), Duration.ZERO);
        view.emulated("peer", Duration.ZERO, Duration.ofSeconds(2));

        assertThat(share(view)).isCloseTo(EmulationSpeedEstimate.FIRST_GUESS, within(1e-9));
    }

    private static double share(LocalView view) {
        return view.view(NOW).nodes().getFirst().emulation().share();
    }
}

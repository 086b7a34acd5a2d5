package dev.floe.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.floe.placement.ranking.Placement;
import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.EmulationCapability;
import dev.floe.placement.view.NodeProfile;
import dev.floe.placement.view.NodeProfile.NodeSpec;
import dev.floe.placement.view.NodeView;
import dev.floe.placement.view.NodeView.ExpectedLoad;
import dev.floe.placement.view.NodeView.NetworkPath;
import dev.floe.placement.view.NodeView.NodeReliability;

/** The order of nodes that all may run a job. */
class PlacementOrderTest {
    private static List<String> order(NodeView... nodes) {
        return Meshes.ids(Placement.rank(new ClusterView(List.of(nodes)), Meshes.job(1), PlacementParameters.STANDARD));
    }

    private static NodeView queueing(String id, double free, Duration queued) {
        return new NodeView(new NodeProfile(id, false, new NodeSpec("x86_64", 8, 1, Set.of()), Set.of("gcc"), false),
                new ExpectedLoad(free, queued, 1L << 34), new NetworkPath(Meshes.LAN, 100e6), NodeReliability.of(1),
                EmulationCapability.NONE);
    }

    @Test
    void ofNodesWithRoomTheFasterGoesFirst() {
        assertThat(order(Meshes.node("c", 8, 8, 0.5), Meshes.node("a", 8, 8, 1), Meshes.node("b", 8, 8, 0.7)))
                .containsExactly("a", "b", "c");
    }

    @Test
    void aNodeWithRoomGoesBeforeAFullOneThatIsALittleFaster() {
        assertThat(order(queueing("full", 0, Duration.ZERO), Meshes.node("free", 8, 8, 0.8)))
                .containsExactly("free", "full");
    }

    @Test
    void ofFullNodesTheOneWithTheShorterQueueGoesFirst() {
        assertThat(order(queueing("long", 0, Duration.ofSeconds(40)), queueing("short", 0, Duration.ofSeconds(8))))
                .containsExactly("short", "long");
        assertThat(order(queueing("refuses", -8, Duration.ofSeconds(8)), queueing("queues", 0, Duration.ofSeconds(8))))
                .containsExactly("queues", "refuses");
    }

    @Test
    void aNodeThatIsMuchTooSlowGoesLast() {
        assertThat(order(Meshes.node("slow", 8, 8, 0.1), queueing("full", -8, Duration.ofSeconds(8))))
                .containsExactly("full", "slow");
    }
}

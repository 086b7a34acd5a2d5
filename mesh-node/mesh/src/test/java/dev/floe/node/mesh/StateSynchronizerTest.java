package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeInfo;

final class StateSynchronizerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void whatThisNodeSaysOfItselfIsInItsRosterWithoutAnyTimePassing() {
        StateSynchronizer synchronizer = new StateSynchronizer(MeshOfNodes.QUICK, () -> 0, Duration.ofHours(1),
                () -> {});
        SharedMaps maps = SharedMaps.alone(synchronizer);
        synchronizer.begin(1);
        maps.start();
        try (maps; synchronizer) {
            synchronizer.start(maps);
            NodeInfo info = MeshOfNodes.info("alone");
            for (int slots = 1; slots <= 3; slots++) {
                NodeInfo said = info.offering(new NodeCapabilities(slots, true, "", info.offering().toolchains(), 0));
                synchronizer.publish(said);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(synchronizer.roster().peers())
                        .extracting(peer -> peer.info().offering()).containsExactly(said.offering()));
            }
        }
    }
}

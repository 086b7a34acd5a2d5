package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;

final class RosterTest {
    @Test
    void namesTheNodesThatAreThere() {
        NodeInfo desk = MeshOfNodes.info("desk");
        Roster roster = new Roster(List.of(new Peer(desk, null, Duration.ZERO, true),
                new Peer(MeshOfNodes.info("attic"), null, Duration.ZERO, false)));
        assertThat(roster.nameOf(desk.id().toString())).contains("desk");
        assertThat(roster.nameOf("somebody")).isEmpty();
    }
}

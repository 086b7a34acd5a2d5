package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

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

    @Test
    void anAddressThatTwoClaimBelongsToNobody() {
        NodeInfo desk = MeshOfNodes.info("desk").withKey("d1", "");
        NodeInfo liar = MeshOfNodes.info("liar").withKey("e2", "");
        assertThat(roster(desk).addressOf("d1")).contains(new InetSocketAddress(desk.host(), desk.dataPort()));
        assertThat(roster(desk).addressOf("e2")).isEmpty();
        assertThat(roster(desk).addressOf("")).isEmpty();
        assertThat(roster(desk, liar).addressOf("d1")).isEmpty();
        assertThat(roster(desk, liar).addressOf("e2")).isEmpty();
    }

    private static Roster roster(NodeInfo... nodes) {
        return new Roster(Stream.of(nodes).map(node -> new Peer(node, null, Duration.ZERO, false)).toList());
    }
}

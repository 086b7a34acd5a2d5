package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;

final class MembershipLogTest {
    private final List<String> lines = new ArrayList<>();
    private final MembershipLog log = new MembershipLog(lines::add);

    private static Roster roster(String... names) {
        return new Roster(Stream.of(names).map(name -> new Peer(new NodeInfo(StateVersion.NONE,
                new NodeId(1, name.hashCode()), name, "10.0.0.2", 7080,
                new MachineInfo("x86_64", 4, 1, 1 << 30, List.of()), new NodeCapabilities(4, true, "", List.of(), 0),
                "0.3.0", 1, 0, List.of()), null, Duration.ZERO, name.equals("self"))).toList());
    }

    @Test
    void hasALineForEachNodeThatComesOrGoesAndNoneForNews() {
        log.accept(roster("self"));
        log.accept(roster("self", "a"));
        log.accept(roster("self", "a"));
        log.accept(roster("self"));
        assertThat(lines).containsExactly("node=a address=10.0.0.2:7080 joined the mesh, which has 2 nodes now",
                "node=a address=10.0.0.2:7080 left the mesh, which has 1 nodes now");
    }
}

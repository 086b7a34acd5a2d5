package dev.floe.node.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;

final class ReachMonitorTest {
    private static final NodeInfo A = node("a", 1);
    private static final NodeInfo B = node("b", 2);

    private final Map<InetSocketAddress, String> outages = new HashMap<>();
    private final List<InetSocketAddress> probed = new ArrayList<>();
    private final Set<InetSocketAddress> silent = new HashSet<>();
    private Roster roster = new Roster(List.of(peer(A), peer(B)));
    private final ReachMonitor monitor = new ReachMonitor(() -> roster, new Ways(), () -> silent);

    private final class Ways implements ReachMonitor.PeerWays {
        @Override
        public Optional<String> reason(InetSocketAddress peer) {
            return Optional.ofNullable(outages.get(peer));
        }

        @Override
        public void retryUnreachable(Predicate<InetSocketAddress> members) {
            outages.keySet().removeIf(members.negate());
        }

        @Override
        public void probe(InetSocketAddress peer) {
            probed.add(peer);
        }
    }

    private static NodeInfo node(String name, int number) {
        return new NodeInfo(StateVersion.NONE, new NodeId(1, number), name, "10.0.0." + number, 7080,
                new MachineInfo("x86_64", 4, 1, 1 << 30, List.of()), new NodeCapabilities(4, true, "", List.of(), 0),
                "0.3.0", 1, 0, List.of());
    }

    private static Peer peer(NodeInfo info) {
        return new Peer(info, null, Duration.ZERO, false);
    }

    private static InetSocketAddress address(NodeInfo node, int port) {
        return new InetSocketAddress(node.host(), port);
    }

    @Test
    void triesAMemberWhoseHeartbeatsDoNotCome() {
        silent.add(address(A, 7079));
        monitor.look();
        assertThat(probed).containsExactly(address(A, 7080));
    }

    @Test
    void leavesOneThatIsKnownToBeUnreachableToItsPauses() {
        silent.add(address(A, 7079));
        outages.put(address(A, 7080), "no answer");
        monitor.look();
        assertThat(probed).isEmpty();
    }

    @Test
    void tellsTheMeshWhomItDoesNotReach() {
        assertThat(monitor.words()).isEmpty();
        outages.put(address(B, 7080), "no answer");
        outages.put(address(A, 7080), "no answer");
        assertThat(monitor.words()).isEqualTo("does not reach a, b");
        assertThat(monitor.reason(A)).contains("no answer");
    }

    @Test
    void forgetsOneThatHasLeft() {
        outages.put(address(B, 7080), "no answer");
        roster = new Roster(List.of(peer(A)));
        monitor.look();
        assertThat(outages).isEmpty();
    }
}

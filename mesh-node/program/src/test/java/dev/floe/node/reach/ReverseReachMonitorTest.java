package dev.floe.node.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;

final class ReverseReachMonitorTest {
    private static final NodeInfo SELF = node("self", 99, "", List.of());

    private final AtomicLong clock = new AtomicLong();
    private final Map<String, Optional<Boolean>> answers = new HashMap<>(); // by name; without one, the peer succeeds
    private final List<String> asked = new ArrayList<>();
    private List<NodeInfo> peers = new ArrayList<>();
    private final ReverseReachMonitor reach = new ReverseReachMonitor(this::roster, (peer, _) -> {
        asked.add(peer.name());
        return answers.getOrDefault(peer.name(), Optional.of(true));
    }, Runnable::run, clock::get);

    private static NodeInfo node(String name, int number, String trouble, List<String> features) {
        return new NodeInfo(StateVersion.NONE, new NodeId(1, number), name, "10.0.0." + number, 7421,
                new MachineInfo("x86_64", 4, 1, 1 << 30, List.of()),
                new NodeCapabilities(4, true, "", List.of(), 0, trouble, List.of(), false), "0.3.0", 2, 0, features);
    }

    private static NodeInfo node(int number) {
        return node("n" + number, number, "", NodeFeature.all());
    }

    private Roster roster() {
        List<Peer> all = new ArrayList<>(List.of(new Peer(SELF, null, Duration.ZERO, true)));
        peers.forEach(peer -> all.add(new Peer(peer, null, Duration.ZERO, false)));
        return new Roster(all);
    }

    private void havePeers(int count) {
        peers = new ArrayList<>(IntStream.rangeClosed(1, count).mapToObj(ReverseReachMonitorTest::node).toList());
    }

    @Test
    void asksTwoPeersIfTheyCanConnect() {
        havePeers(20);
        for (int look = 0; look < 10; look++) {
            assertThat(reach.look()).isEmpty();
        }
        assertThat(asked).hasSize(ReverseReachMonitor.SAMPLE).doesNotHaveDuplicates();
        assertThat(reach.dialsOut()).isFalse();
    }

    @Test
    void asksAllAndHoldsConnectionsToThoseThatCannot() {
        havePeers(9);
        peers.forEach(peer -> answers.put(peer.name(), Optional.of(false)));
        answers.put("n3", Optional.of(true)); // on the same side of the router
        for (int look = 0; look < 10; look++) {
            reach.look();
        }
        assertThat(asked).hasSize(9).doesNotHaveDuplicates();
        assertThat(reach.look()).hasSize(8).doesNotContain(new InetSocketAddress("10.0.0.3", 7421));
        assertThat(reach.dialsOut()).isTrue();
    }

    @Test
    void onePeerThatDoesNotReachItIsNoNat() {
        havePeers(2);
        answers.put("n1", Optional.of(false));
        peers.add(node(3));
        peers.add(node(4));
        reach.look();
        reach.look();
        assertThat(reach.look()).containsExactly(new InetSocketAddress("10.0.0.1", 7421));
        assertThat(reach.dialsOut()).isFalse();
    }

    @Test
    void asksAgainWhoeverSaysThatItDoesNotReachThisNode() {
        havePeers(2);
        reach.look();
        answers.put("n2", Optional.of(false));
        peers.set(1, node("n2", 2, ReachMonitor.WORDS + "other, self", NodeFeature.all()));
        assertThat(reach.look()).isEmpty();
        clock.addAndGet(ReverseReachMonitor.RETRY.toNanos());
        assertThat(reach.look()).containsExactly(new InetSocketAddress("10.0.0.2", 7421));
    }

    @Test
    void aTestWithoutAnAnswerSaysNothingAndIsRepeated() {
        havePeers(1);
        answers.put("n1", Optional.empty());
        assertThat(reach.look()).isEmpty();
        reach.look();
        assertThat(asked).hasSize(1);
        clock.addAndGet(ReverseReachMonitor.RETRY.toNanos());
        reach.look();
        assertThat(asked).hasSize(2);
    }

    @Test
    void aWayThatOpensIsFoundAfterAWhile() {
        havePeers(1);
        answers.put("n1", Optional.of(false));
        assertThat(reach.look()).hasSize(1);
        answers.clear();
        clock.addAndGet(ReverseReachMonitor.REVIEW.toNanos());
        assertThat(reach.look()).isEmpty();
        assertThat(reach.dialsOut()).isFalse();
    }

    @Test
    void leavesPeersAloneThatDoNotKnowReverseConnections() {
        peers.add(new NodeInfo(StateVersion.NONE, new NodeId(1, 1), "old", "10.0.0.1", 7421, SELF.machine(),
                SELF.offering(), "0.1.0", 1, 0));
        assertThat(reach.look()).isEmpty();
        assertThat(asked).isEmpty();
    }
}

package dev.floe.node.mesh.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

final class NodeReleaseTest {
    private static final List<String> ALL = NodeFeature.all();

    private static NodeInfo node(String version, int protocol, List<String> features) {
        return new NodeInfo(StateVersion.NONE, new NodeId(1, 2), "pc2", "10.0.0.2", 7081,
                new MachineInfo("x86_64", 4, 1, 1 << 30, List.of()), new NodeCapabilities(4, true, "", List.of(), 0),
                version, protocol, 0, features);
    }

    private static Peer peer(NodeInfo info) {
        return new Peer(info, null, Duration.ZERO, false);
    }

    @Test
    void protocolsCountBeforeVersionsAndVersionsByTheirNumbers() {
        assertThat(new NodeRelease(2, "0.1.0")).isGreaterThan(new NodeRelease(1, "0.9.0"));
        assertThat(new NodeRelease(2, "0.10.0")).isGreaterThan(new NodeRelease(2, "0.9.1"));
        assertThat(new NodeRelease(2, "0.2.0-SNAPSHOT")).isEqualByComparingTo(new NodeRelease(2, "0.2.0"));
        assertThat(new NodeRelease(2, "")).isLessThan(new NodeRelease(2, "0.1"));
        assertThat(new NodeRelease(2, "1.9999999999999999999999.1"))
                .isEqualByComparingTo(new NodeRelease(2, "1"));
    }

    @Test
    void aNodeOfReleaseOneIsBehindInProtocolAndFeatures() {
        NodeInfo old = node("0.1.0", 1, List.of());
        List<Peer> peers = List.of(peer(old), peer(node("0.1.0", 2, ALL)));
        assertThat(NodeRelease.behind(old, peers))
                .contains(
                        "speaks version 1 of the protocol, others speak 2, without observe, watch, toolchain-files, membership, reverse, toolchain-relay, few-heartbeats");
        assertThat(NodeRelease.behind(node("0.1.0", 2, ALL), peers)).isEmpty();
    }

    @Test
    void nodesOfOneReleaseAreNotBehind() {
        NodeInfo old = node("0.1.0", 1, List.of());
        assertThat(NodeRelease.behind(old, List.of(peer(old), peer(old)))).isEmpty();
        assertThat(NodeRelease.behind(old, List.of())).isEmpty();
    }

    @Test
    void anOlderVersionOfTheSameProtocolIsBehind() {
        NodeInfo newer = node("0.3.0", 2, ALL);
        assertThat(NodeRelease.behind(node("0.2.1", 2, ALL), List.of(peer(newer))))
                .contains("version 0.2.1 is older than 0.3.0");
    }

    /** As it comes through a member of release 0.1.0, which drops the list. */
    @Test
    void aNodeHasTheFeaturesOfItsProtocolWhateverItsRecordLists() {
        NodeInfo stripped = node("0.1.0", 2, List.of());
        assertThat(stripped.has(NodeFeature.OBSERVE)).isTrue();
        assertThat(stripped.allFeatures()).containsExactly("few-heartbeats", "membership", "observe", "reverse",
                "toolchain-files",
                "toolchain-relay",
                "watch");
        assertThat(node("0.1.0", 1, List.of("watch")).allFeatures()).containsExactly("watch");
        assertThat(NodeRelease.behind(stripped, List.of(peer(stripped), peer(node("0.1.0", 2, ALL))))).isEmpty();
    }

    @Test
    void featuresThatThisReleaseDoesNotKnowAreKeptAndNotMissed() {
        NodeInfo later = node("0.9.0", 2, List.of("observe", "teleport", "watch"));
        assertThat(later.isSound()).isTrue();
        assertThat(NodeRelease.behind(node("0.9.0", 2, ALL), List.of(peer(later)))).isEmpty();
    }
}

package dev.floe.node.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.MeshOfNodes;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;

final class ProvenKeysTest {
    private final ProvenKeys keys = new ProvenKeys();
    private final JoinToken token = new JoinToken(MeshKey.create("home"), List.of());
    private final NodeKey key = NodeKey.create();
    private final MeshTrust trust = MeshTrust.of(token, key, "desk", InstantSource.system());
    private final NodeInfo desk = trust.prove(MeshOfNodes.info("desk"));

    @Test
    void aRecordProvesItsKey() {
        assertThat(desk.isSound()).isTrue();
        assertThat(keys.keyOf(desk)).contains(key.id());
        assertThat(keys.keyOf(desk)).as("again").contains(key.id());
        assertThat(keys.keyOf(MeshOfNodes.info("old"))).as("of a release without keys").isEmpty();
    }

    @Test
    void aNodeThatIsRenamedKeepsItsKey() {
        trust.rename("attic");
        NodeInfo renamed = trust.prove(desk.named("attic"));
        assertThat(keys.keyOf(renamed)).contains(key.id());
        assertThat(keys.keyOf(desk.named("attic"))).as("with the proof of the other name").isEmpty();
    }

    @Test
    void nobodyHasTheKeyOfAnother() {
        NodeInfo liar = MeshOfNodes.info("desk");
        assertThat(keys.keyOf(liar.withKey(key.id(), desk.keyProof(), ""))).as("a copy of the proof").isEmpty();
        NodeInfo signed = MeshTrust.of(token, NodeKey.create(), "desk", InstantSource.system()).prove(liar);
        assertThat(keys.keyOf(signed.withKey(key.id(), signed.keyProof(), ""))).as("another signature").isEmpty();
        assertThat(keys.keyOf(desk.withKey(key.id(), "not base64!", ""))).isEmpty();
        assertThat(keys.keyOf(desk.withKey(key.id(), "", ""))).isEmpty();
        assertThat(keys.keyOf(desk.withKey("02" + "f".repeat(64), desk.keyProof(), ""))).as("no point").isEmpty();
    }

    @Test
    void anAddressThatTwoClaimBelongsToNobody() {
        NodeKey other = NodeKey.create();
        NodeInfo liar = MeshTrust.of(token, other, "liar", InstantSource.system()).prove(MeshOfNodes.info("liar"));
        assertThat(keys.addressOf(key.id(), roster(desk)))
                .contains(new InetSocketAddress(desk.host(), desk.dataPort()));
        assertThat(keys.addressOf(other.id(), roster(desk))).isEmpty();
        assertThat(keys.addressOf("", roster(MeshOfNodes.info("old")))).isEmpty();
        assertThat(keys.addressOf(key.id(), roster(desk, liar))).isEmpty();
        assertThat(keys.addressOf(other.id(), roster(desk, liar))).isEmpty();
    }

    private static Roster roster(NodeInfo... nodes) {
        return new Roster(Stream.of(nodes).map(node -> new Peer(node, null, Duration.ZERO, false)).toList());
    }
}

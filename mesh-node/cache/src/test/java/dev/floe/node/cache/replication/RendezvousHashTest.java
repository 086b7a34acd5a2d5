package dev.floe.node.cache.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.MeshOfNodes;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;

final class RendezvousHashTest {
    private static final int KEYS = 10_000;

    private final Peer small = peer(1, 10);
    private final Peer middle = peer(2, 20);
    private final Peer large = peer(3, 70);
    private final Peer nothing = peer(4, 0);

    @Test
    void eachNodeOwnsItsShareOfTheBytes() {
        int[] owned = new int[4];
        for (int i = 0; i < KEYS; i++) {
            List<Peer> owners = RendezvousHash.rank(key(i), List.of(small, middle, large, nothing));
            assertThat(owners).hasSize(3).doesNotContain(nothing);
            owned[(int) owners.getFirst().info().id().low()]++;
        }
        assertThat(owned[1]).isBetween(900, 1100);
        assertThat(owned[2]).isBetween(1850, 2150);
        assertThat(owned[3]).isBetween(6850, 7150);
    }

    @Test
    void isTheSameInWhateverOrderNodesAreSeen() {
        Random random = new Random(11);
        List<Peer> nodes = new ArrayList<>(List.of(small, middle, large));
        for (int i = 0; i < 1000; i++) {
            List<Peer> before = RendezvousHash.rank(key(i), nodes);
            Collections.shuffle(nodes, random);
            assertThat(RendezvousHash.rank(key(i), nodes)).isEqualTo(before);
        }
    }

    @Test
    void onlyTheKeysOfANodeThatLeavesMove() {
        for (int i = 0; i < 1000; i++) {
            List<Peer> before = RendezvousHash.rank(key(i), List.of(small, middle, large));
            List<Peer> after = RendezvousHash.rank(key(i), List.of(small, middle));
            assertThat(after).isEqualTo(before.stream().filter(node -> node != large).toList());
        }
    }

    private static ActionKey key(int number) {
        return ActionKey.of(Digest.ofBytes(ByteBuffer.allocate(4).putInt(number).array()).hash());
    }

    private static Peer peer(int number, long gibibytes) {
        NodeInfo plain = MeshOfNodes.info("n" + number);
        NodeInfo info = new NodeInfo(plain.stamp(), new NodeId(0, number), plain.name(), plain.host(), plain.dataPort(),
                plain.machine(), new NodeCapabilities(1, true, "", List.of(), gibibytes << 30), plain.version(),
                plain.protocol(), 0);
        return new Peer(info, null, Duration.ZERO, false);
    }
}

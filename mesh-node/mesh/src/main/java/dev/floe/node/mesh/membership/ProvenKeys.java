package dev.floe.node.mesh.membership;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;

import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.P256Keys;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.store.BoundedMap;

/**
 * The node keys that records of nodes prove: each record has a signature of the node's id and name by its key, so that
 * nobody can publish the key of another. A signature is verified once. Thread-safe.
 */
public final class ProvenKeys {
    private static final int MAX_REMEMBERED = 4096;

    private final ConcurrentMap<KeyClaim, Boolean> verified = BoundedMap.concurrent(MAX_REMEMBERED);

    /** What a record says of its key. */
    private record KeyClaim(String id, String name, String key, String proof) {}

    /** The proof of a node's key, for its record. */
    static String prove(NodeKey key, NodeInfo node) {
        return Base64.getEncoder()
                .encodeToString(P256Keys.sign(key.privateKey(), message(node.id().toString(), node.name())));
    }

    /** The id of a node's key; empty if it has none, as in a release without, or does not prove it. */
    public Optional<String> keyOf(NodeInfo node) {
        KeyClaim claim = new KeyClaim(node.id().toString(), node.name(), node.nodeKey(), node.keyProof());
        return Optional.of(claim.key()).filter(_ -> verified.computeIfAbsent(claim, ProvenKeys::isTrue));
    }

    private static boolean isTrue(KeyClaim claim) {
        try {
            return NodeKey.isId(claim.key()) && P256Keys.verifies(
                    P256Keys.publicKey(HexFormat.of().parseHex(claim.key())), message(claim.id(), claim.name()),
                    Base64.getDecoder().decode(claim.proof()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] message(String id, String name) {
        return ("floe-node/1 " + id + " " + name).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Where the member with a key says that it listens. Empty if it is not known, or if others say so of the same
     * address: one of them may be lying to get what is for another.
     */
    public Optional<InetSocketAddress> addressOf(String key, Roster roster) {
        List<NodeInfo> nodes = roster.peers().stream().map(Peer::info).toList();
        return nodes.stream().filter(node -> keyOf(node).filter(key::equals).isPresent()).findFirst()
                .filter(node -> nodes.stream().filter(node::hasSameAddress).count() == 1)
                .map(node -> new InetSocketAddress(node.host(), node.dataPort()));
    }
}

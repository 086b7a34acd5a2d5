package dev.floe.node.mesh.membership;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.rotation.MeshPublicKeys;
import dev.floe.node.mesh.rotation.RotationChain;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.NodeNames;

/**
 * What a node knows of its membership beyond the token that it joined with: the present token, the members by the ids
 * of their keys with their names, the node keys that are refused, the rotations until now, and until when the key
 * before the present one is accepted (epoch milliseconds). Decides whom to trust, and which rotations to follow.
 */
record MembershipState(JoinToken token, Map<String, String> members, Set<String> expelled, RotationChain chain,
        long previousUntilMillis) {
    MembershipState {
        members = Map.copyOf(members);
        expelled = Set.copyOf(expelled);
    }

    /** Of a node that has just joined. */
    static MembershipState of(JoinToken token) {
        return new MembershipState(token, Map.of(), Set.of(), RotationChain.empty(), 0);
    }

    /** With these members too; those that are known and not among them make room if there are too many. */
    MembershipState withMembers(Map<String, String> present) {
        Map<String, String> all = new TreeMap<>();
        present.forEach((node, name) -> {
            if (members.containsKey(node) || NodeKey.isKey(node)) {
                all.put(node, name);
            }
        });
        members.forEach((node, name) -> {
            if (all.size() < KeyRotation.MAX_MEMBERS) {
                all.putIfAbsent(node, name);
            }
        });
        all.keySet().removeAll(expelled);
        all.values().removeIf(name -> !NodeNames.isName(name));
        return new MembershipState(token, all, expelled, chain, previousUntilMillis);
    }

    /**
     * After a rotation that this node follows.
     *
     * @param opened what the rotation has for this node
     * @param window for how long the key before is accepted
     */
    MembershipState after(KeyRotation rotation, JoinToken opened, long nowMillis, Duration window) {
        Set<String> refused = new TreeSet<>(expelled);
        refused.addAll(rotation.expelled());
        Map<String, String> staying = new TreeMap<>(rotation.names());
        staying.keySet().removeAll(refused);
        JoinToken next = new JoinToken(opened.key(), token.seeds(), writer(opened), opened.lineage());
        return new MembershipState(next, staying, refused, chain.with(rotation, MeshPublicKeys.of(token)),
                nowMillis + window.toMillis());
    }

    /** A rotation that a reader has made has the old writers' key, and of that no secret half. */
    private Optional<CacheWriterKey> writer(JoinToken opened) {
        return opened.writer().map(CacheWriterKey::publicHalf).equals(token.writer().map(CacheWriterKey::publicHalf))
                ? token.writer()
                : opened.writer();
    }

    /**
     * Members that this node refuses, and that the last rotation has kept: it was made at the same time as the one that
     * expelled them.
     */
    Set<String> keptThoughExpelled() {
        Set<String> kept = new TreeSet<>(expelled);
        kept.removeIf(node -> chain.last().isEmpty() || !chain.last().get().keeps(node));
        return kept;
    }

    /** Whether a certificate counts in a handshake. */
    boolean accepts(X509Certificate certificate, long nowMillis) {
        String node = NodeKey.idOf(certificate);
        if (node.isEmpty() || expelled.contains(node)) {
            return false;
        }
        return isSignedBy(certificate, token.key().publicKey())
                || nowMillis < previousUntilMillis && isKept(node)
                        && chain.previousKeys().map(keys -> isSignedBy(certificate, keys.mesh())).orElse(false);
    }

    /**
     * Whether the owner of a certificate that counted once is a member still. It has proven its own key then, so it
     * does not matter how often the mesh's key has been rotated since.
     */
    boolean isMember(X509Certificate certificate, long nowMillis) {
        String node = NodeKey.idOf(certificate);
        return accepts(certificate, nowMillis) || !expelled.contains(node) && isKept(node)
                && chain.keys().anyMatch(keys -> isSignedBy(certificate, keys.mesh()));
    }

    private boolean isKept(String node) {
        return chain.last().map(it -> it.keeps(node)).orElse(false);
    }

    private static boolean isSignedBy(X509Certificate certificate, ECPublicKey key) {
        try {
            certificate.verify(key);
            return certificate.getBasicConstraints() < 0;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Whether this node knows a rotation already.
     *
     * @throws IOException unless this node must follow the rotation: the mesh's key has signed it, or it {@link
     *                     KeyRotation#beats beats} one that this node has followed, and a member has made it that this
     *                     node's own rotations have kept. So nobody who was expelled can make one with an old key.
     */
    boolean isKnown(KeyRotation rotation) throws IOException {
        if (chain.leadsTo(rotation.keyId()) || token.key().id().equals(rotation.keyId())) {
            return true;
        }
        if (expelled.contains(rotation.madeBy())) {
            throw new IOException("a node that was expelled has made this rotation");
        }
        boolean next = rotation.previous().equals(token.key().id());
        Optional<KeyRotation> own = chain.replacementOf(rotation.previous());
        if (!next && own.isEmpty()) {
            throw new IOException("the rotation does not follow from this node's key " + token.key().id());
        }
        Optional<MeshPublicKeys> before = next
                ? Optional.of(MeshPublicKeys.of(token))
                : chain.keys(rotation.previous());
        if (before.isEmpty() || !rotation.isSignedBy(before.get())
                || rotation.generation() != (next ? token.generation() + 1 : own.get().generation())) {
            throw new IOException("the keys that this rotation replaces have not signed it");
        }
        if (own.isPresent() && !(rotation.beats(own.get()) && own.get().keeps(rotation.madeBy())
                && isKept(rotation.madeBy()))) {
            throw new IOException("another rotation of the same key holds");
        }
        return false;
    }
}

package dev.floe.node.mesh.rotation;

import java.security.interfaces.ECPublicKey;
import java.util.Optional;

import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;

/**
 * The public halves of the keys of a mesh between two rotations: the mesh's own, and that of writers if the cache is
 * restricted.
 */
public record MeshPublicKeys(ECPublicKey mesh, Optional<CacheWriterKey> writers) {
    public MeshPublicKeys {
        writers = writers.map(CacheWriterKey::readOnly);
    }

    public static MeshPublicKeys of(JoinToken token) {
        return new MeshPublicKeys(token.key().publicKey(), token.writer());
    }

    /** The id of the mesh's key. */
    public String id() {
        return MeshKey.id(mesh);
    }

    /** The public half of the writers' key, in hexadecimal; empty text if every member may write. */
    public String writersHalf() {
        return writers.map(CacheWriterKey::publicHalf).orElse("");
    }
}

package dev.floe.node.mesh.membership;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

import dev.floe.node.mesh.security.CacheWriterKey;

/** The proof that a node may write to a restricted cache: a signature of the id of its key by the writers' key. */
final class WriterProof {
    private WriterProof() {}

    /** Empty text if the node may not write. */
    static String create(Optional<CacheWriterKey> writer, String node) {
        return writer.filter(CacheWriterKey::maySign)
                .map(key -> Base64.getEncoder().encodeToString(key.sign(message(node)))).orElse("");
    }

    static boolean isValid(Optional<CacheWriterKey> writer, String node, String proof) {
        try {
            return writer.isPresent() && writer.get().verifies(message(node), Base64.getDecoder().decode(proof));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] message(String node) {
        return ("floe-writer/1 " + node).getBytes(StandardCharsets.US_ASCII);
    }
}

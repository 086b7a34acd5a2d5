package dev.floe.node.mesh.membership;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

import dev.floe.node.mesh.security.CacheWriterKey;

/**
 * The proof that a node may write to a restricted cache, or that a writer has made an invitation: a signature of the id
 * of the node's key, or of what the invitation says, by the writers' key.
 */
final class WriterProof {
    private WriterProof() {}

    /** Empty text if this node may not write. */
    static String create(Optional<CacheWriterKey> writer, String claim) {
        return writer.filter(CacheWriterKey::maySign)
                .map(key -> Base64.getEncoder().encodeToString(key.sign(message(claim)))).orElse("");
    }

    static boolean isValid(Optional<CacheWriterKey> writer, String claim, String proof) {
        try {
            return writer.isPresent() && writer.get().verifies(message(claim), Base64.getDecoder().decode(proof));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] message(String claim) {
        return ("floe-writer/1 " + claim).getBytes(StandardCharsets.US_ASCII);
    }
}

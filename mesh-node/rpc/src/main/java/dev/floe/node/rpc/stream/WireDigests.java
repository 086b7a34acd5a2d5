package dev.floe.node.rpc.stream;

import java.io.IOException;

import dev.floe.store.Digest;
import dev.floe.store.FailureText;

/** Digests as they travel. */
public final class WireDigests {
    private WireDigests() {}

    /** @throws IOException if the peer sent something that is no digest */
    public static Digest of(byte[] hash, long size) throws IOException {
        try {
            return Digest.of(hash, size);
        } catch (IllegalArgumentException e) {
            throw new IOException("the peer sent no digest: " + FailureText.of(e), e);
        }
    }
}

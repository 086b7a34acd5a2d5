package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;
import dev.floe.store.files.BlockOutputStream;

/** Passes on the bytes of an output, and compares them with the digest that its maker announced. */
final class CheckedOutput extends BlockOutputStream {
    private final OutputStream to;
    private final MessageDigest sha = Digest.sha256();
    private long size;
    private @Nullable Digest digest; // once all has been written

    CheckedOutput(OutputStream to) {
        this.to = to;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sha.update(bytes, offset, length);
        size += length;
        to.write(bytes, offset, length);
    }

    /** The digest of all that was written; nothing may be written afterwards. */
    Digest digest() {
        if (digest == null) {
            digest = Digest.of(sha.digest(), size);
        }
        return digest;
    }

    /** Whether all that was written has this hash; nothing may be written afterwards. */
    boolean matches(byte[] hash) {
        return MessageDigest.isEqual(digest().hash(), hash);
    }

    @Override
    public void close() throws IOException {
        to.close();
    }
}

package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

import dev.floe.store.Digest;
import dev.floe.store.files.BlockOutputStream;

/** Passes on the bytes of an output, and compares them with the digest that its maker announced. */
final class CheckedOutput extends BlockOutputStream {
    private final OutputStream to;
    private final MessageDigest sha = Digest.sha256();

    CheckedOutput(OutputStream to) {
        this.to = to;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sha.update(bytes, offset, length);
        to.write(bytes, offset, length);
    }

    /** Whether all that was written has this hash; nothing may be written afterwards. */
    boolean matches(byte[] hash) {
        return MessageDigest.isEqual(sha.digest(), hash);
    }

    @Override
    public void close() throws IOException {
        to.close();
    }
}

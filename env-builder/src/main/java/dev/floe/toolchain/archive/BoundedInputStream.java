package dev.floe.toolchain.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Lets through only as many bytes as were granted. So a tar reader that would gather a name of any length in memory, as
 * the format allows, meets an end.
 */
final class BoundedInputStream extends FilterInputStream {
    private final String complaint;
    private long left;

    /** @param complaint what is wrong with an archive that wants more */
    BoundedInputStream(InputStream in, String complaint) {
        super(in);
        this.complaint = complaint;
    }

    /** Sets what may be read from now on. */
    void grant(long bytes) {
        left = bytes;
    }

    @Override
    public int read() throws IOException {
        take(1);
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, (int) Math.min(length, Math.max(left, 1)));
        take(Math.max(n, 0));
        return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long n = super.skip(Math.min(bytes, Math.max(left, 1)));
        take(n);
        return n;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void take(long bytes) throws InvalidArchiveException {
        if (bytes > left) {
            throw new InvalidArchiveException(complaint);
        }
        left -= bytes;
    }
}

package dev.floe.store.content;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.IoErrorMessages;

/**
 * An entry on its way into a {@link ContentStore}, in pieces. Owned by one thread at a time. Its bytes are invisible
 * until {@link #commit()}, and gone after {@link #close()} without one.
 */
public final class ContentWriter implements AutoCloseable {
    private static final int COPY_BYTES = 1 << 16;

    private final EntryPublisher publisher;
    private final Digest expected;
    private final Path file;
    private final FileChannel channel;
    private final MessageDigest sha = Digest.sha256();
    private long size;
    private long written; // bytes of the blocks that were written whole
    private boolean done;

    /** The store has reserved {@code expected.size()} bytes for it; {@link #close()} gives them back. */
    ContentWriter(EntryPublisher publisher, Digest expected, Path file) throws IOException {
        this.publisher = publisher;
        this.expected = expected;
        this.file = file;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw IoErrorMessages.explain("write", file, e);
        }
    }

    public Digest expected() {
        return expected;
    }

    /** Number of bytes taken so far. */
    long size() {
        return size;
    }

    /**
     * Takes all that remains in {@code bytes}.
     *
     * @throws DigestMismatchException if that is more than the digest's size; nothing of it is taken
     * @throws IOException if it cannot be written
     */
    public void write(ByteBuffer bytes) throws IOException {
        checkOpen();
        if (bytes.remaining() > expected.size() - size) {
            sha.update(bytes.duplicate());
            throw new DigestMismatchException("longer than announced", expected,
                    Digest.of(sha.digest(), size + bytes.remaining()));
        }
        size += bytes.remaining();
        sha.update(bytes.duplicate());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            written = size;
        } catch (IOException e) {
            throw IoErrorMessages.explain("write", file, e);
        }
    }

    /**
     * Copies what came before a write that failed, for a caller that still needs it.
     *
     * @throws IOException if it cannot be read either
     */
    public void copyWritten(OutputStream to) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] block = new byte[COPY_BYTES];
            for (long left = written; left > 0;) {
                int n = in.readNBytes(block, 0, (int) Math.min(left, COPY_BYTES));
                if (n == 0) {
                    throw new EOFException(file + " is shorter than what was written to it");
                }
                to.write(block, 0, n);
                left -= n;
            }
        }
    }

    /**
     * Makes the entry visible. The file is not synced to the disk: after a power cut its name may stand over missing
     * bytes, and that is found when it is hashed at its first use.
     *
     * @throws DigestMismatchException if the bytes are not those announced
     */
    public void commit() throws IOException {
        checkOpen();
        Digest got = Digest.of(sha.digest(), size);
        if (!got.equals(expected)) {
            throw new DigestMismatchException("damaged on the way", expected, got);
        }
        try {
            channel.close();
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        } catch (IOException e) {
            throw IoErrorMessages.explain("write", file, e);
        }
        publisher.publish(file, expected);
        done = true;
        publisher.release(expected);
    }

    /** Removes what came unless it was committed; may be called again. */
    @Override
    public void close() throws IOException {
        if (!done) {
            done = true;
            publisher.release(expected);
            channel.close();
            publisher.discard(file);
        }
    }

    private void checkOpen() {
        if (done) {
            throw new IllegalStateException("the writer of " + expected + " is closed");
        }
    }
}

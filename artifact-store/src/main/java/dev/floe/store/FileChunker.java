package dev.floe.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

import dev.floe.store.files.AtomicFiles;

/** Cuts large files into chunks of fixed size, and joins them again, so that many peers can send parts of one file. */
public final class FileChunker {
    /** Size of each chunk but the last, in bytes. */
    public static final int CHUNK_BYTES = 4 << 20;

    /** Gives the bytes of a chunk, from wherever they are. */
    @FunctionalInterface
    public interface ChunkSource {
        ByteBuffer bytes(Digest chunk) throws IOException;
    }

    private FileChunker() {}

    /** The chunks of a file as it is now; reads it once. */
    public static ChunkList of(Path file) throws IOException {
        List<Digest> chunks = new ArrayList<>();
        MessageDigest whole = Digest.sha256();
        long size = 0;
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, in.size() + 1));
            for (fill(in, buffer); buffer.hasRemaining(); fill(in, buffer)) {
                if (size % CHUNK_BYTES != 0) {
                    throw new IOException(file + " grows while it is read");
                }
                chunks.add(digest(buffer));
                size += buffer.remaining();
                whole.update(buffer);
            }
        }
        return new ChunkList(Digest.of(whole.digest(), size), chunks);
    }

    /**
     * The bytes of chunk number {@code index}, from 0, of a file.
     *
     * @throws DigestMismatchException if the file no longer has that chunk there
     */
    public static ByteBuffer read(Path file, ChunkList list, int index) throws IOException {
        Digest chunk = list.chunks().get(index);
        ByteBuffer buffer = ByteBuffer.allocate((int) chunk.size());
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            in.position(index * (long) CHUNK_BYTES);
            fill(in, buffer);
        }
        return verified(chunk, buffer, file + ", chunk " + index);
    }

    /**
     * Writes a file from its chunks, each verified, and then the whole; replaces {@code target} at the end or leaves it
     * as it is.
     *
     * @throws DigestMismatchException if a chunk or the whole is not what the list says
     */
    public static void join(ChunkList list, ChunkSource source, Path target) throws IOException {
        try (AtomicFiles.Replacement joined = AtomicFiles.replace(target)) {
            write(list, source, joined.path());
            joined.commit();
        }
    }

    private static void write(ChunkList list, ChunkSource source, Path part) throws IOException {
        MessageDigest sha = Digest.sha256();
        try (FileChannel out = create(part)) {
            for (int i = 0; i < list.chunks().size(); i++) {
                ByteBuffer chunk = verified(list.chunks().get(i), source.bytes(list.chunks().get(i)), "chunk " + i);
                sha.update(chunk.duplicate());
                append(out, chunk, part);
            }
        }
        Digest got = Digest.of(sha.digest(), list.whole().size());
        if (!got.equals(list.whole())) {
            throw new DigestMismatchException("joined file", list.whole(), got);
        }
    }

    private static FileChannel create(Path part) throws IOException {
        try {
            return FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw IoErrorMessages.explain("write", part, e);
        }
    }

    private static void append(FileChannel out, ByteBuffer chunk, Path part) throws IOException {
        try {
            while (chunk.hasRemaining()) {
                out.write(chunk);
            }
        } catch (IOException e) {
            throw IoErrorMessages.explain("write", part, e);
        }
    }

    private static ByteBuffer verified(Digest expected, ByteBuffer bytes, String what) throws DigestMismatchException {
        Digest got = digest(bytes);
        if (!got.equals(expected)) {
            throw new DigestMismatchException(what, expected, got);
        }
        return bytes;
    }

    private static Digest digest(ByteBuffer bytes) {
        MessageDigest sha = Digest.sha256();
        sha.update(bytes.duplicate());
        return Digest.of(sha.digest(), bytes.remaining());
    }

    /** Reads until the buffer is full or the file ends, and flips it. */
    private static void fill(FileChannel in, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {
            // a read may give less than there is
        }
        buffer.flip();
    }
}

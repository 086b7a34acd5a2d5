package dev.floe.node.cacheserver.values;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A value on its way in: a file that is gone when this is closed, unless it was stored. Used by one thread. */
public final class Upload implements AutoCloseable {
    private final Path file;
    private final FileChannel out;
    private final MessageDigest digest;
    private long room;

    /** Takes over an empty file. */
    Upload(Path file, long maxBytes, MessageDigest digest) throws IOException {
        this.file = file;
        this.digest = digest;
        this.room = maxBytes;
        try {
            this.out = FileChannel.open(file, StandardOpenOption.WRITE);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /**
     * Adds all that remains in {@code bytes}.
     *
     * @return false if that is more than a value may have; nothing is added then
     */
    public boolean write(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() > room) {
            return false;
        }
        room -= bytes.remaining();
        digest.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
        return true;
    }

    /** SHA-256 of what was written, 64 lower-case digits; to be asked for once. */
    public String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** @return false if it is not stored, as {@link KeyValueStore#put} says */
    public boolean store(String name, KeyValueStore values) throws IOException {
        out.close();
        return values.put(name, file);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            Files.deleteIfExists(file);
        }
    }
}

package dev.floe.store;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * SHA-256 and size of some bytes; names them everywhere in Floe. The hash is kept as four longs, big-endian, so that a
 * digest is one small object.
 */
public record Digest(long a, long b, long c, long d, long size) implements Comparable<Digest> {
    /** Length of {@link #hash()}, in bytes. */
    public static final int HASH_BYTES = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int BUFFER_BYTES = 1 << 16;

    /** @throws IllegalArgumentException for a negative size */
    public Digest {
        if (size < 0) {
            throw new IllegalArgumentException("negative size " + size);
        }
    }

    /**
     * @throws IllegalArgumentException unless {@code hash} has {@link #HASH_BYTES} bytes and the size is not negative
     */
    public static Digest of(byte[] hash, long size) {
        if (hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("a SHA-256 has " + HASH_BYTES + " bytes, not " + hash.length);
        }
        return new Digest((long) LONGS.get(hash, 0), (long) LONGS.get(hash, 8), (long) LONGS.get(hash, 16),
                (long) LONGS.get(hash, 24), size);
    }

    /** The digest of {@code bytes}. */
    public static Digest ofBytes(byte[] bytes) {
        return of(sha256().digest(bytes), bytes.length);
    }

    /** The digest of a file's bytes as read now; follows symbolic links. */
    public static Digest ofFile(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ofStream(in);
        }
    }

    /** The digest of all that {@code in} still holds; reads to the end and does not close. */
    static Digest ofStream(InputStream in) throws IOException {
        MessageDigest sha = sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        long size = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            sha.update(buffer, 0, n);
            size += n;
        }
        return of(sha.digest(), size);
    }

    /**
     * The inverse of {@link #toString()}.
     *
     * @throws IllegalArgumentException if {@code text} is not 64 hexadecimal digits, a dash and a decimal size
     */
    public static Digest parse(String text) {
        if (text.length() < 66 || text.charAt(64) != '-') {
            throw new IllegalArgumentException("not a digest: " + text);
        }
        return of(HexFormat.of().parseHex(text, 0, 64), Long.parseLong(text.substring(65)));
    }

    /** A fresh SHA-256, for callers that hash while they copy. */
    public static MessageDigest sha256() {
        return OpenSslSha256.make();
    }

    /** The 32 bytes of the hash; a new array each time. */
    public byte[] hash() {
        byte[] hash = new byte[HASH_BYTES];
        LONGS.set(hash, 0, a);
        LONGS.set(hash, 8, b);
        LONGS.set(hash, 16, c);
        LONGS.set(hash, 24, d);
        return hash;
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(a) + hex.toHexDigits(b) + hex.toHexDigits(c) + hex.toHexDigits(d);
    }

    @Override
    public int compareTo(Digest other) {
        int order = Long.compareUnsigned(a, other.a);
        order = order != 0 ? order : Long.compareUnsigned(b, other.b);
        order = order != 0 ? order : Long.compareUnsigned(c, other.c);
        order = order != 0 ? order : Long.compareUnsigned(d, other.d);
        return order != 0 ? order : Long.compare(size, other.size);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }

    /** {@code <hex>-<size>}, safe as a file name. */
    @Override
    public String toString() {
        return hex() + "-" + size;
    }
}

package dev.floe.command.observation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/**
 * Encoding of a set of paths, absolute or in a form that begins with {@code @} and does not depend on where a project
 * lies, for the wire and the cache: a zstd frame of entries in ascending order of their UTF-8 bytes. An entry is how
 * many bytes it shares with the path before it, how many follow, both as a number of seven bits a byte with the lowest
 * first, and those that follow. The empty set is no bytes. Equal sets have equal bytes.
 */
public final class PathSet {
    public static final int MAX_PATHS = 50_000;
    /** Of one path, in bytes of UTF-8. */
    static final int MAX_PATH_BYTES = 4096;
    /** Of all paths together, in bytes of UTF-8, as they are without the encoding. */
    public static final int MAX_BYTES = 16 << 20;

    private static final int LEVEL = 1;
    private static final int MAX_NUMBER_BYTES = 3; // more than any length needs

    private PathSet() {}

    /**
     * @throws IOException if there are more paths than {@link #decode} takes, or longer ones, or one that is relative
     */
    public static byte[] encode(Collection<String> paths) throws IOException {
        if (paths.isEmpty()) {
            return new byte[0];
        }
        byte[][] sorted = paths.stream().distinct().map(path -> path.getBytes(StandardCharsets.UTF_8))
                .sorted(Arrays::compareUnsigned).toArray(byte[][]::new);
        Bounds bounds = new Bounds();
        ByteArrayOutputStream out = new ByteArrayOutputStream(32 * sorted.length);
        byte[] before = new byte[0];
        for (byte[] path : sorted) {
            bounds.add(path, path.length);
            int mismatch = Arrays.mismatch(before, path);
            int shared = mismatch < 0 ? path.length : mismatch;
            writeNumber(out, shared);
            writeNumber(out, path.length - shared);
            out.write(path, shared, path.length - shared);
            before = path;
        }
        return Zstd.compress(out.toByteArray(), LEVEL);
    }

    /**
     * The paths in ascending order of their bytes.
     *
     * @param encoded from a peer, so it may be anything
     * @throws IOException if the bytes are not what {@link #encode} makes, or hold more than the bounds
     */
    public static List<String> decode(byte[] encoded) throws IOException {
        if (encoded.length == 0) {
            return List.of();
        }
        ByteBuffer in = ByteBuffer.wrap(decompress(encoded));
        Bounds bounds = new Bounds();
        List<String> paths = new ArrayList<>();
        byte[] path = new byte[MAX_PATH_BYTES];
        int length = 0;
        while (in.hasRemaining()) {
            int shared = readNumber(in);
            int more = readNumber(in);
            if (shared > length || more == 0 || more > MAX_PATH_BYTES - shared || more > in.remaining()) {
                throw new IOException("a set of paths with an entry of wrong length");
            }
            if (shared < length && Byte.toUnsignedInt(in.get(in.position())) <= Byte.toUnsignedInt(path[shared])) {
                throw new IOException("a set of paths that is not in order");
            }
            in.get(path, shared, more);
            length = shared + more;
            bounds.add(path, length);
            paths.add(text(path, length));
        }
        return paths;
    }

    /** Counts what a set holds. */
    private static final class Bounds {
        private int paths;
        private long bytes;

        void add(byte[] path, int length) throws IOException {
            paths++;
            bytes += length;
            if (paths > MAX_PATHS || length > MAX_PATH_BYTES || bytes > MAX_BYTES) {
                throw new IOException("a set of more or longer paths than " + MAX_PATHS + " paths, " + MAX_PATH_BYTES
                        + " bytes a path and " + MAX_BYTES + " bytes together");
            }
            if (length == 0 || path[0] != '/' && path[0] != '@') {
                throw new IOException("a set of paths with one that is relative");
            }
        }
    }

    private static byte[] decompress(byte[] encoded) throws IOException {
        long size = Zstd.getFrameContentSize(encoded);
        if (size <= 0 || size > MAX_BYTES) {
            throw new IOException("a set of paths of " + size + " bytes");
        }
        byte[] bytes = new byte[(int) size];
        try {
            long made = Zstd.decompressByteArray(bytes, 0, bytes.length, encoded, 0, encoded.length);
            if (made != size) {
                throw new IOException("a set of paths of " + size + " bytes came out as " + made);
            }
        } catch (ZstdException e) {
            throw new IOException("a damaged set of paths", e);
        }
        return bytes;
    }

    private static String text(byte[] path, int length) throws IOException {
        int ascii = 0;
        while (ascii < length && path[ascii] > 0) {
            ascii++;
        }
        if (ascii == length) {
            return new String(path, 0, length, StandardCharsets.ISO_8859_1);
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path, 0, length)).toString();
            if (text.indexOf('\0') >= 0) {
                throw new IOException("a set of paths with a zero byte");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new IOException("a set of paths with a name that is not UTF-8", e);
        }
    }

    private static void writeNumber(ByteArrayOutputStream out, int number) {
        int rest = number;
        for (; rest >= 0x80; rest >>>= 7) {
            out.write(rest & 0x7f | 0x80);
        }
        out.write(rest);
    }

    private static int readNumber(ByteBuffer in) throws IOException {
        int number = 0;
        for (int i = 0; i < MAX_NUMBER_BYTES && in.hasRemaining(); i++) {
            byte next = in.get();
            number |= (next & 0x7f) << 7 * i;
            if (next >= 0) {
                return number;
            }
        }
        throw new IOException("a set of paths with a number that does not end");
    }
}

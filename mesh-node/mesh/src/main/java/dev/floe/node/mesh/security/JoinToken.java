package dev.floe.node.mesh.security;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

import dev.floe.store.FailureText;

/**
 * The token that lets a machine into a mesh, as one word that can be mailed or typed. It has the mesh's key and the
 * addresses of some of its nodes when the token was made. Where the cache is restricted it also has the writers' key,
 * or its public half. It is a secret.
 *
 * <p>{@code floe1-} and base64url of: version (1 byte), length of the whole (2), mesh name (1 + n), scalar (32),
 * compressed point (33), number of seeds (1), each host (1 + n) and port (2), the writers' key if there is one (kind 1
 * (1), length (1), 32 or 64 bytes), the lineage if the key has been rotated (kind 2 (1), length (1), 12 bytes), CRC-32
 * of all before it (4).
 */
public record JoinToken(MeshKey key, List<HostPort> seeds, Optional<CacheWriterKey> writer,
        Optional<MeshLineage> lineage) {
    /** Most seeds of a token. */
    public static final int MAX_SEEDS = 16;
    /** Longest token, in characters. */
    public static final int MAX_LENGTH = 8192;

    private static final int VERSION = 1;
    private static final String PREFIX = "floe" + VERSION + "-";
    private static final int CRC_BYTES = 4;
    private static final int LENGTH_END = 3;
    private static final int WRITER = 1;
    private static final int LINEAGE = 2;
    private static final int LINEAGE_BYTES = 12;

    /**
     * Where a rotated key comes from.
     *
     * @param origin     id of the key with which the mesh was made
     * @param generation how often the key has been rotated since
     */
    public record MeshLineage(String origin, int generation) {}

    /** @throws IllegalArgumentException for more than {@link #MAX_SEEDS} seeds */
    public JoinToken {
        seeds = List.copyOf(seeds);
        if (seeds.size() > MAX_SEEDS) {
            throw new IllegalArgumentException("a token carries at most " + MAX_SEEDS + " seeds, not " + seeds.size());
        }
    }

    /** Of a mesh in which every member may write to the cache. */
    public JoinToken(MeshKey key, List<HostPort> seeds) {
        this(key, seeds, Optional.empty());
    }

    /** Of a mesh whose key has never been rotated. */
    public JoinToken(MeshKey key, List<HostPort> seeds, Optional<CacheWriterKey> writer) {
        this(key, seeds, writer, Optional.empty());
    }

    /** The id of the mesh, which stays when its key is rotated. */
    public String meshId() {
        return lineage.map(MeshLineage::origin).orElse(key.id());
    }

    /** How often the key has been rotated. */
    public int generation() {
        return lineage.map(MeshLineage::generation).orElse(0);
    }

    /** The same for machines that may only read the cache, if this mesh tells them apart. */
    public JoinToken readOnly() {
        return new JoinToken(key, seeds, writer.map(CacheWriterKey::readOnly), lineage);
    }

    /** The word; the inverse of {@link #parse}. */
    public String encode() {
        ByteBuffer out = ByteBuffer.allocate(MAX_LENGTH);
        out.put((byte) VERSION).putShort((short) 0);
        putText(out, key.name());
        out.put(P256Keys.scalar(key.privateKey())).put(P256Keys.point(key.publicKey()));
        out.put((byte) seeds.size());
        for (HostPort seed : seeds) {
            putText(out, seed.host());
            out.putShort((short) seed.port());
        }
        writer.map(CacheWriterKey::encode).ifPresent(it -> out.put((byte) WRITER).put((byte) it.length).put(it));
        lineage.ifPresent(it -> out.put((byte) LINEAGE).put((byte) LINEAGE_BYTES)
                .put(HexFormat.of().parseHex(it.origin())).putInt(it.generation()));
        out.putShort(1, (short) (out.position() + CRC_BYTES));
        out.putInt(crc(out.array(), out.position()));
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Reads a token; blanks around it are ignored.
     *
     * @throws IllegalArgumentException with one line that says what is wrong with it
     */
    public static JoinToken parse(String text) {
        String word = text.strip();
        if (!word.startsWith(PREFIX)) {
            throw new IllegalArgumentException(word.matches("floe[0-9]{1,4}-.*")
                    ? "token: made by another version of Floe (" + word.substring(0, word.indexOf('-'))
                            + "; this one reads floe1)"
                    : "token: not one of Floe's, which begin with " + PREFIX);
        }
        byte[] bytes = bytes(word);
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - CRC_BYTES);
        in.position(LENGTH_END);
        try {
            String name = text(in);
            byte[] scalar = new byte[P256Keys.SCALAR_BYTES];
            byte[] point = new byte[P256Keys.POINT_BYTES];
            in.get(scalar).get(point);
            MeshKey key = new MeshKey(name, P256Keys.privateKey(scalar), P256Keys.publicKey(point));
            int count = in.get() & 0xff;
            List<HostPort> seeds = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                seeds.add(new HostPort(text(in), in.getShort() & 0xffff));
            }
            Optional<CacheWriterKey> writer = part(in, WRITER).map(CacheWriterKey::decode);
            Optional<MeshLineage> lineage = part(in, LINEAGE).map(JoinToken::lineage);
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(writer.isPresent() || lineage.isPresent()
                        ? "it holds more than it should"
                        : "it holds something of kind " + in.get() + ", which this version does not know");
            }
            return new JoinToken(key, seeds, writer, lineage);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("token: damaged (it holds less than it should)", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("token: damaged (" + FailureText.of(e) + ")", e);
        }
    }

    /** The bytes of a part of this kind, if it is the next. */
    private static Optional<byte[]> part(ByteBuffer in, int kind) {
        if (!in.hasRemaining() || in.get(in.position()) != kind) {
            return Optional.empty();
        }
        in.get();
        byte[] bytes = new byte[in.get() & 0xff];
        in.get(bytes);
        return Optional.of(bytes);
    }

    private static MeshLineage lineage(byte[] bytes) {
        if (bytes.length != LINEAGE_BYTES) {
            throw new IllegalArgumentException("a lineage of " + bytes.length + " bytes");
        }
        return new MeshLineage(HexFormat.of().formatHex(bytes, 0, LINEAGE_BYTES - Integer.BYTES),
                ByteBuffer.wrap(bytes).getInt(LINEAGE_BYTES - Integer.BYTES));
    }

    /** The bytes behind the prefix once version, length and checksum have been seen to be right. */
    private static byte[] bytes(String word) {
        if (word.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("token: longer than " + MAX_LENGTH + " characters");
        }
        String body = word.substring(PREFIX.length());
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(body.matches("[A-Za-z0-9_-]*")
                    ? "token: truncated, the end is missing"
                    : "token: mistyped, it holds a character that no token has", e);
        }
        int length = bytes.length < LENGTH_END ? LENGTH_END + CRC_BYTES : ((bytes[1] & 0xff) << 8) | (bytes[2] & 0xff);
        if (bytes.length > 0 && bytes[0] != VERSION) {
            throw new IllegalArgumentException("token: mistyped, or made by another version of Floe");
        }
        if (bytes.length < length || bytes.length < LENGTH_END + CRC_BYTES) {
            throw new IllegalArgumentException(
                    "token: truncated, the end is missing (" + bytes.length + " of " + length + " bytes)");
        }
        boolean canonical = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(body);
        int sum = ByteBuffer.wrap(bytes).getInt(bytes.length - CRC_BYTES);
        if (bytes.length > length || !canonical || sum != crc(bytes, bytes.length - CRC_BYTES)) {
            throw new IllegalArgumentException("token: mistyped, its checksum is wrong");
        }
        return bytes;
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        out.put((byte) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.get() & 0xff];
        in.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** Mesh and seeds, never the secret. */
    @Override
    public String toString() {
        return "Token[" + key + ", " + seeds + writer.map(it -> ", " + it).orElse("") + "]";
    }
}

package dev.floe.node.mesh.security;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import dev.floe.store.Digest;

/**
 * An invitation into a mesh, as one word. It has the addresses of members, the mesh's public key, and a secret of its
 * own with which a machine proves to any member that it was invited. It does not have the mesh's key.
 *
 * <p>The secret is the private half of an Ed25519 key, of which the mesh keeps the public half. A proof is a signature
 * and tells nobody the secret, not even the member that checks it.
 *
 * <p>{@code floe-invite1-} and base64url of: both halves of the key (64 bytes), compressed point of the mesh's key
 * (33), number of addresses (1), each host (1 + n) and data port (2), the first bytes of the SHA-256 of all before (8).
 */
public record Invitation(CacheWriterKey secret, ECPublicKey mesh, List<HostPort> members) {
    /** How each begins. */
    public static final String PREFIX = "floe-invite1-";

    private static final int MAX_LENGTH = 2048;
    private static final int MAX_MEMBERS = 8;
    private static final int SUM_BYTES = 8;
    private static final int SECRET_BYTES = 2 * CacheWriterKey.HALF_BYTES;
    private static final int ID_LENGTH = 32;

    /** @throws IllegalArgumentException for no address or too many */
    public Invitation {
        members = List.copyOf(members);
        if (members.isEmpty() || members.size() > MAX_MEMBERS) {
            throw new IllegalArgumentException("an invitation has 1 to " + MAX_MEMBERS + " addresses");
        }
    }

    /** A new one; of the addresses the first few are taken. */
    public static Invitation create(ECPublicKey mesh, List<HostPort> members) {
        return new Invitation(CacheWriterKey.create(), mesh, members.stream().limit(MAX_MEMBERS).toList());
    }

    /** Proves the secret. */
    public byte[] sign(byte[] message) {
        return secret.sign(message);
    }

    /** What members check a proof with; no secret. */
    public byte[] publicHalf() {
        return secret.readOnly().encode();
    }

    /** The name of the invitation in the mesh; no secret. */
    public String id() {
        return id(publicHalf());
    }

    /** The name of the invitation of a public half. */
    public static String id(byte[] publicHalf) {
        return Digest.ofBytes(publicHalf).hex().substring(0, ID_LENGTH);
    }

    /** Whether the owner of the secret half has signed the message. */
    public static boolean verifies(byte[] publicHalf, byte[] message, byte[] signature) {
        try {
            return CacheWriterKey.decode(publicHalf).verifies(message, signature);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The id of the mesh's key. */
    public String meshKeyId() {
        return MeshKey.id(mesh);
    }

    /** The word; the inverse of {@link #parse}. */
    public String encode() {
        ByteBuffer out = ByteBuffer.allocate(MAX_LENGTH);
        out.put(secret.encode()).put(P256Keys.point(mesh)).put((byte) members.size());
        for (HostPort member : members) {
            byte[] host = member.host().getBytes(StandardCharsets.US_ASCII);
            out.put((byte) host.length).put(host).putShort((short) member.port());
        }
        byte[] body = Arrays.copyOf(out.array(), out.position());
        out.put(Digest.ofBytes(body).hash(), 0, SUM_BYTES);
        return PREFIX + Base64.getUrlEncoder().withoutPadding()
                .encodeToString(Arrays.copyOf(out.array(), out.position()));
    }

    /**
     * Reads one; blanks around it are ignored.
     *
     * @throws IllegalArgumentException with one line that says what is wrong with it
     */
    public static Invitation parse(String text) {
        String word = text.strip();
        if (!word.startsWith(PREFIX) || word.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("invitation: not one of Floe's, which begin with " + PREFIX);
        }
        try {
            byte[] all = Base64.getUrlDecoder().decode(word.substring(PREFIX.length()));
            int length = all.length - SUM_BYTES;
            byte[] body = Arrays.copyOf(all, Math.max(0, length));
            if (length <= 0 || !Arrays.equals(all, length, all.length, Digest.ofBytes(body).hash(), 0, SUM_BYTES)
                    || !Base64.getUrlEncoder().withoutPadding().encodeToString(all)
                            .equals(word.substring(PREFIX.length()))) {
                throw new IllegalArgumentException("its checksum is wrong");
            }
            return decode(ByteBuffer.wrap(body));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new IllegalArgumentException("invitation: mistyped or truncated; copy it again", e);
        }
    }

    private static Invitation decode(ByteBuffer in) {
        byte[] secret = new byte[SECRET_BYTES];
        byte[] point = new byte[P256Keys.POINT_BYTES];
        in.get(secret).get(point);
        List<HostPort> members = new ArrayList<>();
        for (int left = in.get() & 0xff; left > 0; left--) {
            byte[] host = new byte[in.get() & 0xff];
            in.get(host);
            members.add(new HostPort(new String(host, StandardCharsets.US_ASCII), in.getShort() & 0xffff));
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("it holds more than it should");
        }
        return new Invitation(CacheWriterKey.decode(secret), P256Keys.publicKey(point), members);
    }

    /** Id and addresses, never the secret. */
    @Override
    public String toString() {
        return "Invitation[" + id() + ", " + members + "]";
    }

    /** What is signed to prove the secret: all that makes this connection different from every other. */
    public static byte[] transcript(byte[] nonce, byte[] serverCertificate, byte[] clientCertificate, String nodeName) {
        return ("floe-join/1 " + HexFormat.of().formatHex(nonce) + " " + Digest.ofBytes(serverCertificate).hex() + " "
                + Digest.ofBytes(clientCertificate).hex() + " " + nodeName).getBytes(StandardCharsets.US_ASCII);
    }
}

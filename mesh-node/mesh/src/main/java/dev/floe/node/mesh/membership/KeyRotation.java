package dev.floe.node.mesh.membership;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.JoinToken.MeshLineage;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.NodeNames;
import dev.floe.node.mesh.security.P256Keys;

/**
 * The replacement of the mesh's key by a new one, as it goes to the members: the new key's public half, and for each
 * member that stays the new token, encrypted to its node key. Signed by the key before, and by the node that made it.
 * No secret: who is not among the members can read nothing in it.
 *
 * @param generation how often the key has been rotated, this time included
 * @param previous   id of the key before
 * @param members    the nodes that stay, by the ids of their keys
 * @param expelled   ids of the node keys that are refused from now on
 * @param madeBy     id of the node key of its maker
 */
record KeyRotation(int generation, String previous, ECPublicKey key, Map<String, Member> members,
        Set<String> expelled, String madeBy, Signatures signatures) {
    static final int MAX_MEMBERS = 2000;
    static final int MAX_BYTES = 1 << 20;

    private static final String FORM = "floe-rotation/1";
    private static final int MAX_SEALED = 4096;
    private static final int MAX_SIGNATURE = 128;

    /** A node that stays: its name, and its token. */
    record Member(String name, byte[] sealed) {}

    /** Of the mesh key before, and of the node that made it. */
    record Signatures(byte[] mesh, byte[] node) {}

    KeyRotation {
        members = Map.copyOf(members);
        expelled = Set.copyOf(expelled);
    }

    /** Who stays, and who may write to a restricted cache. */
    record NextMembers(Map<String, String> names, Set<String> expelled, Set<String> writers) {}

    /** The id of the new key. */
    String keyId() {
        return MeshKey.id(key);
    }

    /** A new key for these members, with a new key for writers too if this node may write. */
    static KeyRotation create(JoinToken before, NodeKey maker, NextMembers next) {
        MeshKey fresh = MeshKey.create(before.key().name());
        Optional<CacheWriterKey> writer = before.writer().map(old -> old.maySign() ? CacheWriterKey.create() : old);
        JoinToken token = new JoinToken(fresh, before.seeds(), writer,
                Optional.of(new MeshLineage(before.meshId(), before.generation() + 1)));
        byte[] context = fresh.id().getBytes(StandardCharsets.US_ASCII);
        Map<String, Member> members = new TreeMap<>();
        next.names().forEach((node, name) -> members.put(node,
                new Member(name, SealedBox.seal(P256Keys.publicKey(HexFormat.of().parseHex(node)),
                        (next.writers().contains(node) ? token : token.readOnly()).encode()
                                .getBytes(StandardCharsets.US_ASCII),
                        context))));
        KeyRotation plain = new KeyRotation(token.generation(), before.key().id(), fresh.publicKey(), members,
                next.expelled(), maker.id(), new Signatures(new byte[0], new byte[0]));
        byte[] body = plain.body();
        return plain.signed(new Signatures(P256Keys.sign(before.key().privateKey(), body),
                P256Keys.sign(maker.privateKey(), body)));
    }

    private KeyRotation signed(Signatures by) {
        return new KeyRotation(generation, previous, key, members, expelled, madeBy, by);
    }

    /** Whether both have signed it: the key that it replaces, and the node that says that it made it. */
    boolean isSignedBy(ECPublicKey before) {
        byte[] body = body();
        return MeshKey.id(before).equals(previous) && P256Keys.verifies(before, body, signatures.mesh())
                && P256Keys.verifies(P256Keys.publicKey(HexFormat.of().parseHex(madeBy)), body, signatures.node());
    }

    /** The token of a node; empty if it is not among the members. */
    Optional<JoinToken> open(NodeKey node) {
        Member own = members.get(node.id());
        if (own == null) {
            return Optional.empty();
        }
        JoinToken token = JoinToken.parse(new String(
                SealedBox.open(node, own.sealed(), keyId().getBytes(StandardCharsets.US_ASCII)),
                StandardCharsets.US_ASCII));
        if (!token.key().id().equals(keyId()) || token.generation() != generation) {
            throw new IllegalArgumentException("the token in the rotation is of another key");
        }
        return Optional.of(token);
    }

    /** The names of the members, by the ids of their keys. */
    Map<String, String> names() {
        return members.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().name()));
    }

    private byte[] body() {
        try {
            return DoorMessage.bytes(out -> {
                out.writeUTF(FORM);
                out.writeInt(generation);
                out.writeUTF(previous);
                out.write(P256Keys.point(key));
                out.writeInt(members.size());
                for (Map.Entry<String, Member> member : new TreeMap<>(members).entrySet()) {
                    out.writeUTF(member.getKey());
                    out.writeUTF(member.getValue().name());
                    out.writeShort(member.getValue().sealed().length);
                    out.write(member.getValue().sealed());
                }
                out.writeInt(expelled.size());
                for (String node : new TreeSet<>(expelled)) {
                    out.writeUTF(node);
                }
                out.writeUTF(madeBy);
            });
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
    }

    byte[] encode() {
        try {
            return DoorMessage.bytes(out -> {
                out.write(body());
                out.writeByte(signatures.mesh().length);
                out.write(signatures.mesh());
                out.writeByte(signatures.node().length);
                out.write(signatures.node());
            });
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
    }

    /** @throws IOException if it is damaged or out of bounds */
    static KeyRotation decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (!FORM.equals(in.readUTF())) {
                throw new IOException("the rotation has another form; it is of another release");
            }
            int generation = in.readInt();
            String previous = in.readUTF();
            ECPublicKey key = P256Keys.publicKey(exactly(in, P256Keys.POINT_BYTES));
            Map<String, Member> members = new TreeMap<>();
            for (int left = count(in); left > 0; left--) {
                String node = nodeKey(in);
                members.put(node, new Member(name(in), exactly(in, bound(in.readUnsignedShort(), MAX_SEALED))));
            }
            Set<String> expelled = new TreeSet<>();
            for (int left = count(in); left > 0; left--) {
                expelled.add(nodeKey(in));
            }
            String madeBy = nodeKey(in);
            Signatures signatures = new Signatures(exactly(in, bound(in.readUnsignedByte(), MAX_SIGNATURE)),
                    exactly(in, bound(in.readUnsignedByte(), MAX_SIGNATURE)));
            if (in.read() >= 0) {
                throw new IOException("the rotation has something behind it");
            }
            return new KeyRotation(generation, previous, key, members, expelled, madeBy, signatures);
        } catch (IllegalArgumentException e) {
            throw new IOException("the rotation is damaged", e);
        }
    }

    private static String nodeKey(DataInputStream in) throws IOException {
        String id = in.readUTF();
        if (!NodeKey.isId(id)) {
            throw new IOException("the rotation names a node by something that is no key");
        }
        P256Keys.publicKey(HexFormat.of().parseHex(id));
        return id;
    }

    private static String name(DataInputStream in) throws IOException {
        return NodeNames.check("node name", in.readUTF());
    }

    private static int count(DataInputStream in) throws IOException {
        return bound(in.readInt(), MAX_MEMBERS);
    }

    private static int bound(int number, int most) throws IOException {
        if (number < 0 || number > most) {
            throw new IOException("the rotation states " + number + " where at most " + most + " may be");
        }
        return number;
    }

    private static byte[] exactly(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}

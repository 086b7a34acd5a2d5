package dev.floe.node.mesh.rotation;

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
 * @param next       the new keys
 * @param members    the nodes that stay, by the ids of their keys
 * @param expelled   ids of the node keys that are refused from now on
 * @param signatures  of the key before and of the maker
 */
public record KeyRotation(int generation, String previous, MeshPublicKeys next, Map<String, StayingMember> members,
        Set<String> expelled, Signatures signatures) {
    /** Most members of a mesh whose key can be rotated. */
    public static final int MAX_MEMBERS = 1000;
    /** Longest encoded rotation, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    private static final String FORM = "floe-rotation/1";
    private static final int MAX_SEALED = 1024;
    private static final int MAX_SIGNATURE = 128;

    /** A node that stays: its name, and its token. */
    public record StayingMember(String name, byte[] sealed) {}

    /**
     * By whom it is signed: the mesh's key before, the node that made it, and the writers' key before if that is
     * replaced too.
     *
     * @param maker id of the key of the node that made it
     */
    public record Signatures(String maker, byte[] mesh, byte[] node, byte[] writers) {}

    public KeyRotation {
        members = Map.copyOf(members);
        expelled = Set.copyOf(expelled);
    }

    /** Who stays, and who may write to a restricted cache. */
    public record NextMembers(Map<String, String> names, Set<String> expelled, Set<String> writers) {}

    /** The id of the key of the node that made it. */
    public String madeBy() {
        return signatures.maker();
    }

    /** The id of the new key. */
    public String keyId() {
        return next.id();
    }

    /** A new key for these members, with a new key for writers too if this node may write. */
    public static KeyRotation create(JoinToken before, NodeKey maker, NextMembers who) {
        MeshKey fresh = MeshKey.create(before.key().name());
        Optional<CacheWriterKey> writer = before.writer().map(old -> old.maySign() ? CacheWriterKey.create() : old);
        JoinToken token = new JoinToken(fresh, List.of(), writer, // each member keeps its own seeds
                Optional.of(new MeshLineage(before.meshId(), before.generation() + 1)));
        byte[] context = fresh.id().getBytes(StandardCharsets.US_ASCII);
        Map<String, StayingMember> members = new TreeMap<>();
        who.names().forEach((node, name) -> members.put(node,
                new StayingMember(name, SealedBox.seal(P256Keys.publicKey(HexFormat.of().parseHex(node)),
                        (who.writers().contains(node) ? token : token.readOnly()).encode()
                                .getBytes(StandardCharsets.US_ASCII),
                        context))));
        KeyRotation plain = new KeyRotation(token.generation(), before.key().id(), MeshPublicKeys.of(token), members,
                who.expelled(), new Signatures(maker.id(), new byte[0], new byte[0], new byte[0]));
        byte[] body = plain.body();
        return plain.signed(new Signatures(maker.id(), P256Keys.sign(before.key().privateKey(), body),
                P256Keys.sign(maker.privateKey(), body),
                before.writer().filter(CacheWriterKey::maySign)
                        .map(old -> old.sign(writers(plain.next))).orElse(new byte[0])));
    }

    private KeyRotation signed(Signatures by) {
        return new KeyRotation(generation, previous, next, members, expelled, by);
    }

    /** Whether the keys that it replaces have signed it, and the node that says that it made it. */
    public boolean isSignedBy(MeshPublicKeys before) {
        byte[] body = body();
        return before.id().equals(previous) && P256Keys.verifies(before.mesh(), body, signatures.mesh())
                && P256Keys.verifies(P256Keys.publicKey(HexFormat.of().parseHex(madeBy())), body, signatures.node())
                && mayReplaceWriters(before);
    }

    private static byte[] writers(MeshPublicKeys next) {
        return ("floe-writers/1 " + next.id() + " " + next.writersHalf()).getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether it keeps the writers' key, or that has signed its replacement: readers have the mesh's key too. */
    private boolean mayReplaceWriters(MeshPublicKeys before) {
        if (before.writers().isEmpty() || next.writers().isEmpty()) {
            return before.writers().isEmpty() && next.writers().isEmpty();
        }
        return before.writersHalf().equals(next.writersHalf())
                || before.writers().get().verifies(writers(next), signatures.writers());
    }

    /** Whether a node stays. */
    public boolean keeps(String node) {
        return members.containsKey(node);
    }

    /**
     * Which of two rotations of one key holds, by what all nodes see alike: the one that expels more, so that no
     * expulsion is lost, otherwise the one with the smaller id of its key.
     */
    public boolean beats(KeyRotation other) {
        return expelled.size() == other.expelled.size()
                ? keyId().compareTo(other.keyId()) < 0
                : expelled.size() > other.expelled.size();
    }

    /**
     * The token of a node; empty if it is not among the members.
     *
     * @throws IllegalArgumentException if the token is damaged, or of another key
     */
    public Optional<JoinToken> open(NodeKey node) {
        StayingMember own = members.get(node.id());
        if (own == null) {
            return Optional.empty();
        }
        JoinToken token = JoinToken.parse(new String(
                SealedBox.open(node, own.sealed(), keyId().getBytes(StandardCharsets.US_ASCII)),
                StandardCharsets.US_ASCII));
        MeshPublicKeys opened = MeshPublicKeys.of(token);
        if (!opened.id().equals(keyId()) || !opened.writersHalf().equals(next.writersHalf())
                || token.generation() != generation) {
            throw new IllegalArgumentException("the token in the rotation is of another key");
        }
        return Optional.of(token);
    }

    /** The names of the members, by the ids of their keys. */
    public Map<String, String> names() {
        return members.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().name()));
    }

    private byte[] body() {
        return MessageWriter.bytes(out -> {
            out.writeUTF(FORM);
            out.writeInt(generation);
            out.writeUTF(previous);
            out.write(P256Keys.point(next.mesh()));
            out.writeUTF(next.writersHalf());
            out.writeInt(members.size());
            for (Map.Entry<String, StayingMember> member : new TreeMap<>(members).entrySet()) {
                out.writeUTF(member.getKey());
                out.writeUTF(member.getValue().name());
                out.writeShort(member.getValue().sealed().length);
                out.write(member.getValue().sealed());
            }
            out.writeInt(expelled.size());
            for (String node : new TreeSet<>(expelled)) {
                out.writeUTF(node);
            }
            out.writeUTF(madeBy());
        });
    }

    public byte[] encode() {
        return MessageWriter.bytes(out -> {
            out.write(body());
            out.writeByte(signatures.mesh().length);
            out.write(signatures.mesh());
            out.writeByte(signatures.node().length);
            out.write(signatures.node());
            out.writeByte(signatures.writers().length);
            out.write(signatures.writers());
        });
    }

    /** @throws IOException if it is damaged or out of bounds */
    public static KeyRotation decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (!FORM.equals(in.readUTF())) {
                throw new IOException("the rotation has another form; it is of another release");
            }
            int generation = in.readInt();
            String previous = in.readUTF();
            ECPublicKey key = P256Keys.publicKey(exactly(in, P256Keys.POINT_BYTES));
            MeshPublicKeys next = new MeshPublicKeys(key,
                    Optional.of(in.readUTF()).filter(half -> !half.isEmpty()).map(CacheWriterKey::ofPublicHalf));
            Map<String, StayingMember> members = new TreeMap<>();
            for (int left = count(in); left > 0; left--) {
                String node = nodeKey(in);
                members.put(node, new StayingMember(name(in), exactly(in, bound(in.readUnsignedShort(), MAX_SEALED))));
            }
            Set<String> expelled = new TreeSet<>();
            for (int left = count(in); left > 0; left--) {
                expelled.add(nodeKey(in));
            }
            Signatures signatures = new Signatures(nodeKey(in), signature(in), signature(in), signature(in));
            if (in.read() >= 0) {
                throw new IOException("the rotation has something behind it");
            }
            return new KeyRotation(generation, previous, next, members, expelled, signatures);
        } catch (IllegalArgumentException e) {
            throw new IOException("the rotation is damaged", e);
        }
    }

    private static byte[] signature(DataInputStream in) throws IOException {
        return exactly(in, bound(in.readUnsignedByte(), MAX_SIGNATURE));
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

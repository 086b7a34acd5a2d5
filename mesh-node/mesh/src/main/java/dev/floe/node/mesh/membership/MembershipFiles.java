package dev.floe.node.mesh.membership;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.rotation.MeshPublicKeys;
import dev.floe.node.mesh.rotation.RotationChain;
import dev.floe.node.mesh.security.AtomicPrivateFile;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.NodeNames;
import dev.floe.node.mesh.security.P256Keys;
import dev.floe.store.FailureText;

/**
 * The files in which a node keeps its membership: one in its data directory, and the one with the key with which this
 * machine has joined, which is replaced after a rotation where this node may write it.
 */
public record MembershipFiles(Path dataDir, MeshKeyFile keyFile) {
    private static final Logger LOG = LogManager.getLogger(MembershipFiles.class);
    private static final String FILE = "membership";
    private static final int MAX_BYTES = 64 << 20;

    /**
     * The state in the file; that of {@code joined} alone if there is no file, or if it is not of the same mesh,
     * because the machine has joined another since.
     *
     * @throws IOException if the file is damaged, with what to do, or cannot be read
     */
    MembershipState read(JoinToken joined) throws IOException {
        Path file = dataDir.resolve(FILE);
        try {
            MembershipState state = AtomicPrivateFile.parse(file, MAX_BYTES, MembershipFiles::parse,
                    "remove it, and join the mesh again with a new invitation");
            String key = joined.key().id();
            boolean follows = state.token().key().id().equals(key) || state.chain().replacementOf(key).isPresent();
            return follows && state.token().generation() >= joined.generation() ? state : MembershipState.of(joined);
        } catch (NoSuchFileException e) {
            return MembershipState.of(joined);
        }
    }

    /** Keeps a state; a file that cannot be written is logged. */
    void write(MembershipState state, NodeKey nodeKey) {
        Path file = dataDir.resolve(FILE);
        try {
            AtomicPrivateFile.write(file, text(state));
        } catch (IOException e) {
            LOG.error(
                    "cannot keep the membership file={} reason=\"{}\": this node must join again after its next start",
                    file, FailureText.of(e));
        }
        try {
            if (!keyFile.read().key().id().equals(state.token().key().id())) {
                keyFile.write(state.token(), nodeKey);
            }
        } catch (IOException e) {
            LOG.debug("the key with which this machine joined is not replaced reason=\"{}\"", FailureText.of(e));
        }
    }

    private static String text(MembershipState state) {
        StringBuilder text = new StringBuilder(state.token().encode()).append('\n');
        text.append("until ").append(state.previousUntilMillis()).append('\n');
        new TreeMap<>(state.members()).forEach((key, name) -> text.append("member ").append(key).append(' ')
                .append(name).append('\n'));
        new TreeSet<>(state.expelled()).forEach(key -> text.append("expelled ").append(key).append('\n'));
        state.chain().origin().ifPresent(keys -> text.append("origin ")
                .append(HexFormat.of().formatHex(P256Keys.point(keys.mesh()))).append(' ').append(keys.writersHalf())
                .append('\n'));
        for (KeyRotation rotation : state.chain().rotations()) {
            text.append("rotation ").append(Base64.getEncoder().encodeToString(rotation.encode())).append('\n');
        }
        return text.toString();
    }

    private static MembershipState parse(String text) throws IOException {
        List<String> lines = text.lines().toList();
        JoinToken token = JoinToken.parse(lines.isEmpty() ? "" : lines.getFirst());
        Map<String, String> members = new TreeMap<>();
        Set<String> expelled = new TreeSet<>();
        Optional<MeshPublicKeys> origin = Optional.empty();
        List<KeyRotation> rotations = new ArrayList<>();
        long until = 0;
        for (String line : lines.subList(1, lines.size())) {
            String[] words = (line + "  ").split(" ", -1);
            switch (words[0]) {
                case "until" -> until = Long.parseLong(words[1]);
                case "member" -> members.put(nodeKey(words[1]), NodeNames.check("node name", words[2]));
                case "expelled" -> expelled.add(nodeKey(words[1]));
                case "origin" ->
                    origin = Optional.of(new MeshPublicKeys(P256Keys.publicKey(HexFormat.of().parseHex(words[1])),
                            Optional.of(words[2]).filter(half -> !half.isEmpty()).map(CacheWriterKey::ofPublicHalf)));
                case "rotation" -> rotations.add(KeyRotation.decode(Base64.getDecoder().decode(words[1])));
                default -> throw new IllegalArgumentException("a line of an unknown kind");
            }
        }
        return new MembershipState(token, members, expelled, new RotationChain(origin, rotations), until);
    }

    private static String nodeKey(String text) {
        if (!NodeKey.isId(text)) {
            throw new IllegalArgumentException("not a node key");
        }
        return text;
    }
}

package dev.floe.node.mesh.membership;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.floe.node.mesh.security.AtomicPrivateFile;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.NodeNames;

/**
 * What a node knows of its membership beyond the token that it joined with, and keeps in a file: the present token, the
 * members by the ids of their keys with their names, the node keys that are refused, the rotations until now, and until
 * when the key before the last is accepted (epoch milliseconds).
 */
record MembershipState(JoinToken token, Map<String, String> members, Set<String> expelled,
        List<KeyRotation> rotations, long previousUntilMillis) {
    private static final int MAX_FILE = 32 << 20;
    /** Rotations that are kept for members that are away. */
    private static final int MAX_KEPT = 32;

    MembershipState {
        members = Map.copyOf(members);
        expelled = Set.copyOf(expelled);
        rotations = List.copyOf(rotations.subList(Math.max(0, rotations.size() - MAX_KEPT), rotations.size()));
    }

    /** Of a node that has just joined. */
    static MembershipState of(JoinToken token) {
        return new MembershipState(token, Map.of(), Set.of(), List.of(), 0);
    }

    MembershipState withMember(String nodeKey, String name) {
        Map<String, String> more = new TreeMap<>(members);
        more.put(nodeKey, name);
        return new MembershipState(token, more, expelled, rotations, previousUntilMillis);
    }

    /** The last rotation, if there was one. */
    Optional<KeyRotation> last() {
        return rotations.isEmpty() ? Optional.empty() : Optional.of(rotations.getLast());
    }

    /**
     * The state in a file; that of {@code joined} alone if there is no file, or if it is not of the same mesh, because
     * the machine has joined another since.
     *
     * @throws IOException if the file cannot be read
     */
    static MembershipState read(Path file, JoinToken joined) throws IOException {
        try {
            MembershipState state = parse(AtomicPrivateFile.read(file, MAX_FILE));
            boolean follows = state.token.key().id().equals(joined.key().id())
                    || state.rotations.stream().anyMatch(it -> it.previous().equals(joined.key().id()));
            return follows && state.token.generation() >= joined.generation() ? state : of(joined);
        } catch (NoSuchFileException e) {
            return of(joined);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged; remove it, and join the mesh again with a new invitation", e);
        }
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder(token.encode()).append('\n');
        text.append("until ").append(previousUntilMillis).append('\n');
        new TreeMap<>(members).forEach((key, name) -> text.append("member ").append(key).append(' ').append(name)
                .append('\n'));
        new TreeSet<>(expelled).forEach(key -> text.append("expelled ").append(key).append('\n'));
        for (KeyRotation rotation : rotations) {
            text.append("rotation ").append(Base64.getEncoder().encodeToString(rotation.encode())).append('\n');
        }
        AtomicPrivateFile.write(file, text.toString());
    }

    private static MembershipState parse(String text) throws IOException {
        List<String> lines = text.lines().toList();
        JoinToken token = JoinToken.parse(lines.isEmpty() ? "" : lines.getFirst());
        Map<String, String> members = new TreeMap<>();
        Set<String> expelled = new TreeSet<>();
        List<KeyRotation> rotations = new ArrayList<>();
        long until = 0;
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "until" -> until = Long.parseLong(words[1]);
                case "member" -> members.put(checked(words[1]), NodeNames.check("node name", words[2]));
                case "expelled" -> expelled.add(checked(words[1]));
                case "rotation" -> rotations.add(KeyRotation.decode(Base64.getDecoder().decode(words[1])));
                default -> throw new IllegalArgumentException("a line of an unknown kind");
            }
        }
        return new MembershipState(token, members, expelled, rotations, until);
    }

    private static String checked(String nodeKey) {
        if (!NodeKey.isId(nodeKey)) {
            throw new IllegalArgumentException("not a node key");
        }
        HexFormat.of().parseHex(nodeKey);
        return nodeKey;
    }
}

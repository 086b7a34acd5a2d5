package dev.floe.node.mesh.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The file with this machine's mesh key: the token, readable by its owner only. */
public record MeshKeyFile(Path path) {
    private static final int MAX_NODE_KEY = 256;

    /** Whether this machine has joined a mesh; true too for a file that cannot be read. */
    public boolean exists() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * The token of this machine's mesh.
     *
     * @throws IOException with a line that says which file, what is wrong, and what to do
     */
    public JoinToken read() throws IOException {
        return parse(lines -> JoinToken.parse(lines.getFirst()));
    }

    /**
     * The key of its own with which this machine has joined; empty if it joined with a token.
     *
     * @throws IOException as {@link #read()}
     */
    public Optional<NodeKey> nodeKey() throws IOException {
        return parse(lines -> lines.size() < 2 ? Optional.empty() : Optional.of(NodeKey.parse(lines.get(1))));
    }

    private <T> T parse(Function<List<String>, T> part) throws IOException {
        try {
            return AtomicPrivateFile.parse(path, JoinToken.MAX_LENGTH + MAX_NODE_KEY, text -> {
                List<String> lines = text.strip().lines().toList();
                return part.apply(lines.isEmpty() ? List.of("") : lines);
            }, "run: floe mesh join INVITATION");
        } catch (NoSuchFileException e) {
            throw new IOException(path + " does not exist; run: floe mesh create, or: floe mesh join INVITATION", e);
        }
    }

    /** As {@link #write(JoinToken)}, with a key of this machine that the mesh knows. */
    public void write(JoinToken token, NodeKey nodeKey) throws IOException {
        AtomicPrivateFile.write(path, token.encode() + "\n" + nodeKey.encode() + "\n");
    }

    /**
     * Makes this machine a member of the token's mesh, in place of any that it was in.
     *
     * @throws IOException if the file cannot be written; it is then as it was
     */
    public void write(JoinToken token) throws IOException {
        AtomicPrivateFile.write(path, token.encode() + "\n");
    }
}

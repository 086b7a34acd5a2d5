package dev.floe.node.host;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.store.files.AtomicFiles;

/** The file with the id of a node. */
public final class NodeIdFile {
    private NodeIdFile() {}

    /** The id in {@code directory}; a new one, which is not kept yet, if there is none or the file is damaged. */
    public static NodeId readOrDraw(Path directory) throws IOException {
        Path file = directory.resolve("node-id");
        if (Files.exists(file)) {
            try {
                return NodeId.parse(Files.readString(file).strip());
            } catch (IllegalArgumentException | CharacterCodingException _) {
                // damaged: the node is a new one to the others
            }
        }
        return NodeId.random();
    }

    /** Keeps the id, if the file has another or none; a power cut does not take it. */
    public static void write(Path directory, NodeId id) throws IOException {
        Path file = directory.resolve("node-id");
        if (Files.exists(file) && id.equals(readOrDraw(directory))) {
            return;
        }
        AtomicFiles.writeDurably(file, (id + "\n").getBytes(StandardCharsets.UTF_8));
    }
}

package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.mesh.state.NodeId;

class NodeIdFileTest {
    @TempDir
    private Path directory;

    @Test
    void isTheSameAtEachStart() throws IOException {
        NodeId id = NodeIdFile.readOrDraw(directory);
        NodeIdFile.write(directory, id);
        assertThat(NodeIdFile.readOrDraw(directory)).isEqualTo(id);
    }

    /** The last is no UTF-8. */
    @ParameterizedTest
    @ValueSource(strings = {"", "floe", "\u00ff\u00fe"})
    void isANewOneWhereTheFileIsDamaged(String damage) throws IOException {
        Files.write(directory.resolve("node-id"), damage.getBytes(StandardCharsets.ISO_8859_1));
        NodeId id = NodeIdFile.readOrDraw(directory);
        assertThat(NodeIdFile.readOrDraw(directory)).as("not kept yet").isNotEqualTo(id);
        NodeIdFile.write(directory, id);
        assertThat(NodeIdFile.readOrDraw(directory)).isEqualTo(id);
    }
}

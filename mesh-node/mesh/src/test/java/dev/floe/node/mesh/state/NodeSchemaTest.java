package dev.floe.node.mesh.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;

import org.junit.jupiter.api.Test;

/** The names and numbers of the shared records, which other versions of Floe read. */
final class NodeSchemaTest {
    @Test
    void generatesTheRecordedSchema() {
        assertThat(RecordedSchema.of(NodeSchema.create()))
                .isEqualTo(RecordedSchema.read(NodeSchemaTest.class, "floe-node.proto"))
                .containsKeys("NodeInfo", "NodeState", "ResultEntry");
    }

    /** All that release 0.1.0 knows, which speaks version 1, is there with its number, type and default. */
    @Test
    void hasAllOfVersion1() {
        SortedMap<String, String> now = RecordedSchema.of(NodeSchema.create());
        SortedMap<String, String> before = RecordedSchema.read(NodeSchemaTest.class, "floe-node-1.proto");
        assertThat(before).hasSizeGreaterThan(5);
        before.forEach((name, definition) -> assertThat(now.getOrDefault(name, "").lines()).as(name)
                .containsAll(definition.lines().toList()));
    }
}

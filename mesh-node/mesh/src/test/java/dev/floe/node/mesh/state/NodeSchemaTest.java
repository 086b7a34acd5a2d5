package dev.floe.node.mesh.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The names and numbers of the shared records, which other versions of Floe read. */
final class NodeSchemaTest {
    @Test
    void generatesTheRecordedSchema() {
        assertThat(RecordedSchema.of(NodeSchema.create()))
                .isEqualTo(RecordedSchema.read(NodeSchemaTest.class, "floe-node.proto"))
                .containsKeys("NodeInfo", "NodeState", "ResultEntry");
    }
}

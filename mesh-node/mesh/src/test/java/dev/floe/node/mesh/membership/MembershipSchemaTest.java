package dev.floe.node.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.RecordedSchema;

/** The names and numbers of the shared records, which other versions of Floe read. */
final class MembershipSchemaTest {
    @Test
    void generatesTheRecordedSchema() {
        assertThat(RecordedSchema.of(MembershipSchema.create()))
                .isEqualTo(RecordedSchema.read(MembershipSchemaTest.class, "members.proto"))
                .containsKeys("Invitation");
    }
}

package dev.floe.node.rpc.messages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.RecordedSchema;

/** The names and numbers of the data plane's messages, which other versions of Floe read. */
final class WireSchemaTest {
    @Test
    void generatesTheRecordedSchema() {
        assertThat(RecordedSchema.of(new WireSchemaImpl()))
                .isEqualTo(RecordedSchema.read(WireSchemaTest.class, "floe-wire.proto"))
                .containsKeys("JobOffer", "JobOutcome", "JobVerdict");
    }
}

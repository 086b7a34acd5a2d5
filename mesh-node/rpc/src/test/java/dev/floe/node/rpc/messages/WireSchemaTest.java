package dev.floe.node.rpc.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;

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

    /** All that release 0.1.0 knows, which speaks version 1, is there with its number, type and default. */
    @Test
    void hasAllOfVersion1() {
        SortedMap<String, String> now = RecordedSchema.of(new WireSchemaImpl());
        SortedMap<String, String> before = RecordedSchema.read(WireSchemaTest.class, "floe-wire-1.proto");
        assertThat(before).hasSizeGreaterThan(5);
        before.forEach((name, definition) -> assertThat(now.getOrDefault(name, "").lines()).as(name)
                .containsAll(definition.lines().toList()));
    }
}

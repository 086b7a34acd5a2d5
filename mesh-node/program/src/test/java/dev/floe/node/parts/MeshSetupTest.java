package dev.floe.node.parts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.floe.node.executor.sandbox.Sandbox;

final class MeshSetupTest {
    private static final Sandbox.Availability NONE = new Sandbox.Availability.Unavailable("started with --no-execute");

    @Test
    void tellsWhyANodeDoesNotExecute() {
        assertThat(MeshSetup.whyNot(NONE, false)).isEqualTo("started with --no-execute");
        assertThat(MeshSetup.whyNot(NONE, true)).as("a pause is not all that is in the way")
                .isEqualTo("started with --no-execute");
    }
}

package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerTextTest {
    @Test
    void leavesPlainTextAsItIs() {
        assertThat(PeerText.of("größer als 4 GiB: /w/x.o")).isEqualTo("größer als 4 GiB: /w/x.o");
        assertThat(PeerText.of("x".repeat(500))).hasSize(500).doesNotContain("...");
    }

    @Test
    void cutsLongTextAndMarksIt() {
        assertThat(PeerText.of("x".repeat(15_000))).hasSize(PeerText.MAX_CHARACTERS).endsWith("x...");
    }

    @Test
    void replacesWhatControlsATerminalOrALog() {
        assertThat(PeerText.of("a\nb\r\tc\u001b[2Jd\u202ee\u2028f\u0000")).isEqualTo("a?b??c?[2Jd?e?f?");
    }
}

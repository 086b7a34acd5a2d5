package dev.floe.node.toolchains.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.store.Digest;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry.FileEntry;
import dev.floe.toolchain.ToolchainFamily;

/** Files of a toolchain that are there before it is complete. */
final class AssemblyProgressTest {
    private static final FileEntry ONE = new FileEntry("one", FileEntry.DATA, Digest.ofBytes(new byte[1]));
    private static final FileEntry TWO = new FileEntry("two", FileEntry.DATA, Digest.ofBytes(new byte[2]));

    private final AssemblyProgress progress = new AssemblyProgress(
            Toolchain.of(ToolchainFamily.GCC, "12.2.0", Platform.current(), "x86_64-linux-gnu", List.of(ONE, TWO)),
            Path.of("tree"));

    @Test
    void hasWhatWasAdded() throws InterruptedException {
        progress.add(ONE);
        assertThat(progress.has(List.of(ONE))).isTrue();
        assertThat(progress.has(List.of(ONE, TWO))).isFalse();
        assertThat(progress.await(List.of(ONE), 0)).isTrue();
        assertThat(progress.await(List.of(TWO), 0)).isFalse();
    }

    @Test
    void aWaitEndsWithTheLastFile() throws InterruptedException {
        Thread.ofVirtual().start(() -> {
            progress.add(ONE);
            progress.add(TWO);
        });
        assertThat(progress.await(List.of(ONE, TWO), Long.MAX_VALUE / 2_000_000)).isTrue();
    }

    @Test
    void itsNumberGrowsWithBytesAndFiles() {
        progress.receive(10);
        long before = progress.received();
        progress.add(ONE);
        assertThat(progress.received()).isGreaterThan(before);
    }
}

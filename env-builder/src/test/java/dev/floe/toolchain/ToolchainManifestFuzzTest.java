package dev.floe.toolchain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.store.Digest;

/** Manifests as a peer may send them. */
final class ToolchainManifestFuzzTest {
    @MethodSource("manifests")
    @FuzzTest
    void parsesOrRefuses(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        Toolchain toolchain;
        try {
            toolchain = Toolchain.parse(text);
        } catch (IllegalArgumentException _) {
            return;
        }
        assertThat(toolchain.manifest()).isEqualTo(text);
        assertThat(toolchain.entries()).noneMatch(
                entry -> entry.path().startsWith("/") || List.of(entry.path().split("/")).contains(".."));
    }

    static Stream<byte[]> manifests() {
        return Stream.of(Toolchain
                .of(ToolchainFamily.GCC, "12.2.0", new Platform("x86_64", "linux"), "x86_64-linux-gnu",
                        List.of(new ToolchainEntry.DirectoryEntry("usr"), new ToolchainEntry.DirectoryEntry("usr/bin"),
                                new ToolchainEntry.LinkEntry("bin", "usr/bin"),
                                new ToolchainEntry.FileEntry("usr/bin/gcc", 0755, Digest.ofBytes(new byte[]{1}))))
                .manifest().getBytes(UTF_8));
    }
}

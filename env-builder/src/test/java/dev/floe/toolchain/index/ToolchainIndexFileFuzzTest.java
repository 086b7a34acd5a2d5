package dev.floe.toolchain.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.floe.store.FileStamp;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;

/** The file of the index, after a crash or an edit. */
final class ToolchainIndexFileFuzzTest {
    @MethodSource("indexes")
    @FuzzTest
    void readsOrRefuses(byte[] bytes) {
        List<ToolchainIndex.RememberedToolchain> all;
        try {
            all = ToolchainIndexFile.read(new String(bytes, UTF_8));
        } catch (IllegalArgumentException _) {
            return;
        }
        assertThat(ToolchainIndexFile.read(ToolchainIndexFile.write(all))).isEqualTo(all);
    }

    static Stream<byte[]> indexes() {
        ToolchainIndex.KnownToolchain known = new ToolchainIndex.KnownToolchain(new ToolchainId("ab".repeat(32)),
                ToolchainFamily.GCC, "12.2.0",
                new Platform("x86_64", "linux"), "x86_64-linux-gnu", Map.of("cc1", Path.of("/usr/lib/gcc/cc1")));
        return Stream.of(ToolchainIndexFile
                .write(List.of(new ToolchainIndex.RememberedToolchain(known, List.of(Path.of("/usr/bin/gcc")),
                        Map.of(Path.of("/usr/bin/gcc"), new FileStamp(1, 2, 3, 4, 5, 6)),
                        Set.of(Path.of("/usr/bin/g++")))))
                .getBytes(UTF_8));
    }
}

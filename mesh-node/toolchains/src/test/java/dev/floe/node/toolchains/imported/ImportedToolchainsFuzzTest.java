package dev.floe.node.toolchains.imported;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** The list of imports, after a crash or an edit. */
final class ImportedToolchainsFuzzTest {
    @TempDir
    static Path directory = Path.of("/");

    @MethodSource("files")
    @FuzzTest
    void leavesOutWhatIsDamaged(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("imports"), bytes);
        ImportedToolchains imports = new ImportedToolchains(file);
        try {
            imports.start();
        } catch (IOException _) {
            return;
        }
        assertThat(imports.all()).allMatch(each -> imports.find(each.compilers().known().id()).isPresent());
    }

    static Stream<byte[]> files() {
        return Stream
                .of("ab".repeat(32)
                        + "\tgcc\t12.2.0\tx86_64-linux\taarch64-linux-gnu\tgcc.tar.gz\t/usr/bin/gcc\t/usr/bin/g++\n")
                .map(text -> text.getBytes(UTF_8));
    }
}

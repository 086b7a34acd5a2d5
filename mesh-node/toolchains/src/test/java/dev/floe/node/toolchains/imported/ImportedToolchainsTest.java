package dev.floe.node.toolchains.imported;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.toolchain.Platform;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.index.ToolchainIndex;

final class ImportedToolchainsTest {
    @TempDir
    private Path directory;

    @Test
    void areReadAgainAsTheyWereWritten() throws IOException {
        ImportedToolchains imports = new ImportedToolchains(file());
        imports.add(taken('1', "gcc.tar.gz"));
        imports.add(taken('2', "two\twords\n.tar.gz"));
        imports.add(taken('3', "gone.tar.gz"));

        assertThat(imports.remove(id('3'))).isTrue();
        assertThat(imports.remove(id('3'))).isFalse();
        assertThat(reopened().all()).containsExactly(taken('1', "gcc.tar.gz"),
                taken('2', "two?words?.tar.gz"));
        assertThat(reopened().find(id('1'))).contains(taken('1', "gcc.tar.gz"));
    }

    @Test
    void leaveOutALineThatIsDamaged() throws IOException {
        new ImportedToolchains(file()).add(taken('1', "gcc.tar.gz"));
        Files.writeString(file(), "4444\tgcc\n\n" + id('5') + "\tgcc\t12\tx86_64-linux\n", StandardOpenOption.APPEND);

        assertThat(reopened().all()).containsExactly(taken('1', "gcc.tar.gz"));
    }

    private ImportedToolchains reopened() throws IOException {
        ImportedToolchains imports = new ImportedToolchains(file());
        imports.start();
        return imports;
    }

    private Path file() {
        return directory.resolve("imports");
    }

    private static ToolchainId id(char digit) {
        return new ToolchainId(String.valueOf(digit).repeat(64));
    }

    private static ImportedToolchain taken(char digit, String file) {
        return new ImportedToolchain(new ToolchainIndex.Compilers(
                new ToolchainIndex.KnownToolchain(id(digit), ToolchainFamily.GCC, "12.2.0",
                        Platform.parse("x86_64-linux"), "aarch64-linux-gnu", Map.of()),
                List.of(Path.of("/usr/bin/gcc"), Path.of("/usr/bin/g++"))), file);
    }
}

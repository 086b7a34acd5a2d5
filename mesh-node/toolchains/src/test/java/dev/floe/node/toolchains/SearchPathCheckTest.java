package dev.floe.node.toolchains;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.toolchain.Platform;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.index.ToolchainIndex.KnownToolchain;

/** Whether a command's PATH leads to other tools than those of the toolchain. */
final class SearchPathCheckTest {
    @TempDir
    Path directory;
    private Path assembler;

    @BeforeEach
    void install() throws IOException {
        assembler = program("usr/as");
    }

    private Path program(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private Optional<String> conflict(String... names) throws IOException {
        KnownToolchain known = new KnownToolchain(new ToolchainId("a".repeat(64)), ToolchainFamily.GCC, "12",
                Platform.current(), "x86_64-linux-gnu", Map.of("as", assembler));
        String[] places = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            places[i] = names[i].isEmpty() ? "" : directory.resolve(names[i]).toString();
        }
        return SearchPathCheck.conflict(known, String.join(":", places), FileAccess.LOCAL);
    }

    @Test
    void theToolchainsOwnToolIsNoConflict() throws IOException {
        assertThat(conflict("usr")).isEmpty();
        assertThat(conflict("none", "usr")).isEmpty();
        assertThat(conflict("none")).as("the driver finds none, and takes its own").isEmpty();
    }

    @Test
    void anotherToolThatIsFoundFirstIsAConflict() throws IOException {
        Path other = program("mine/as");
        assertThat(conflict("mine", "usr"))
                .contains("PATH leads to " + other + ", and the toolchain was made with " + assembler);
        assertThat(conflict("usr", "mine")).isEmpty();
    }

    @Test
    void aLinkToTheToolIsTheTool() throws IOException {
        Files.createDirectories(directory.resolve("links"));
        Files.createSymbolicLink(directory.resolve("links/as"), assembler);
        assertThat(conflict("links")).isEmpty();
    }

    @Test
    void whatIsNoProgramIsPassed() throws IOException {
        Files.createDirectories(directory.resolve("dir/as"));
        Files.createDirectories(directory.resolve("text"));
        Files.writeString(directory.resolve("text/as"), "");
        assertThat(conflict("dir", "text", "usr")).isEmpty();
    }
}

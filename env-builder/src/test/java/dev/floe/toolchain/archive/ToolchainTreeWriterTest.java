package dev.floe.toolchain.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainFamily;

final class ToolchainTreeWriterTest {
    private static final ToolchainEntry.FileEntry CC = file("usr/cc", ToolchainEntry.FileEntry.PROGRAM, "compiler");
    private static final ToolchainEntry.FileEntry EMPTY = file("usr/empty", ToolchainEntry.FileEntry.DATA, "");
    private static final Toolchain TOOLCHAIN = Toolchain.of(ToolchainFamily.GCC, "12.2.0", Platform.current(),
            "x86_64-linux-gnu", List.of(new ToolchainEntry.DirectoryEntry("usr"), CC, EMPTY,
                    new ToolchainEntry.LinkEntry("usr/gcc", "cc")));

    @TempDir
    private Path work;
    private Path tree;
    private ToolchainTreeWriter writer;

    private static ToolchainEntry.FileEntry file(String path, int mode, String text) {
        return new ToolchainEntry.FileEntry(path, mode, Digest.ofBytes(text.getBytes(UTF_8)));
    }

    @BeforeEach
    void begin() throws IOException {
        tree = work.resolve("tree");
        writer = ToolchainTreeWriter.begin(TOOLCHAIN, tree);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(Files.createTempFile(work, "own", ""), text);
    }

    @Test
    void makesATreeThatIsTheToolchain() throws IOException {
        writer.copy(CC, write("compiler"));
        writer.move(EMPTY, write(""));
        assertThat(UnpackedToolchain.open(tree, TOOLCHAIN.id()).damage()).isEmpty();
    }

    @Test
    void copiesWhatALaterWriteToTheOriginalDoesNotChange() throws IOException {
        Path own = write("compiler");
        writer.copy(CC, own);
        Files.writeString(own, "upgraded");
        assertThat(tree.resolve("usr/cc")).hasContent("compiler");
        assertThat(Files.getAttribute(own, "unix:nlink")).isEqualTo(1);
    }

    @Test
    void refusesOtherBytesAndLeavesNothingOfThem() throws IOException {
        for (String other : List.of("kompiler", "comp", "compilers")) {
            Path own = write(other);
            if (!other.equals("compilers")) {
                assertThatThrownBy(() -> writer.copy(CC, own)).as(other).isInstanceOf(DigestMismatchException.class)
                        .hasMessageContaining("usr/cc");
            }
            assertThatThrownBy(() -> writer.move(CC, own)).as(other).isInstanceOf(DigestMismatchException.class);
            assertThat(tree.resolve("usr/cc")).doesNotExist();
        }
    }

    @Test
    void copiesNoLinks() throws IOException {
        Path link = Files.createSymbolicLink(work.resolve("link"), write("compiler"));
        assertThatThrownBy(() -> writer.copy(CC, link)).isInstanceOf(IOException.class);
    }

    @Test
    void replacesNothing() throws IOException {
        writer.copy(CC, write("compiler"));
        assertThatThrownBy(() -> writer.copy(CC, write("compiler"))).isInstanceOf(FileSystemException.class);
    }
}

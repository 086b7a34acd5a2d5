package dev.floe.node.toolchains.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.ChunkList;
import dev.floe.store.Digest;
import dev.floe.toolchain.ToolchainId;

final class ToolchainDirectoryTest {
    private static final ToolchainId GCC = new ToolchainId("ab".repeat(32));
    private static final Digest BYTES = Digest.ofBytes(new byte[]{1, 2, 3});

    @TempDir
    private Path directory;
    private ToolchainDirectory toolchains;

    @BeforeEach
    void open() throws IOException {
        toolchains = new ToolchainDirectory(directory);
    }

    private Path add(String name, String chunks) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        Files.createDirectory(home.resolve("tree"));
        Files.write(home.resolve("archive.tar.zst"), new byte[]{1, 2, 3});
        return Files.writeString(home.resolve("archive.chunks"), chunks);
    }

    @Test
    void keepsWholeToolchainsAndDeletesWhatIsNone() throws IOException {
        add(GCC.hex(), "");
        add("new-1", "");
        Files.delete(add("cd".repeat(32), "").resolveSibling("tree"));
        assertThat(toolchains.scan()).containsExactly(GCC);
        assertThat(directory.toFile().list()).containsExactly(GCC.hex());
    }

    @Test
    void readsHowTheArchiveWasCut() throws IOException {
        add(GCC.hex(), BYTES + "\n" + BYTES + "\n");
        assertThat(toolchains.chunks(GCC)).isEqualTo(new ChunkList(BYTES, List.of(BYTES)));
        assertThat(toolchains.archiveBytes(GCC)).isEqualTo(3);
    }

    @Test
    void saysWhichListIsDamaged() throws IOException {
        Path list = add(GCC.hex(), "no digest\n");
        assertThatThrownBy(() -> toolchains.chunks(GCC)).isInstanceOf(IOException.class)
                .hasMessage(list + " is damaged");
    }

    @Test
    void removesAToolchainOnce() throws IOException {
        add(GCC.hex(), BYTES + "\n" + BYTES + "\n");
        assertThat(toolchains.hasArchive(GCC)).isTrue();
        toolchains.chunks(GCC);
        toolchains.remove(GCC);
        toolchains.remove(GCC);
        assertThat(directory).isEmptyDirectory();
        assertThat(toolchains.archiveBytes(GCC)).isZero();
        assertThatThrownBy(() -> toolchains.chunks(GCC)).isInstanceOf(IOException.class);
    }
}

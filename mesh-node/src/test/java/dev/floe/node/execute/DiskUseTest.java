package dev.floe.node.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {
    @TempDir
    private Path directory;

    @Test
    void addsUpFilesInAllDirectories() throws IOException {
        Path deep = Files.createDirectories(directory.resolve("a/b/c"));
        Files.write(deep.resolve("x"), new byte[600]);
        Files.write(directory.resolve("y"), new byte[400]);
        assertThat(DiskUse.exceeds(List.of(directory), 1000)).isFalse();
        assertThat(DiskUse.exceeds(List.of(directory), 999)).isTrue();
    }

    @Test
    void followsNoLink() throws IOException {
        Path work = Files.createDirectory(directory.resolve("work"));
        Files.write(directory.resolve("x"), new byte[600]);
        Files.createSymbolicLink(work.resolve("file"), directory.resolve("x"));
        Files.createSymbolicLink(work.resolve("up"), directory);
        assertThat(DiskUse.exceeds(List.of(work), 599)).isFalse();
    }

    @Test
    void passesOverWhatIsGone() {
        assertThat(DiskUse.exceeds(List.of(directory.resolve("gone")), 0)).isFalse();
    }
}

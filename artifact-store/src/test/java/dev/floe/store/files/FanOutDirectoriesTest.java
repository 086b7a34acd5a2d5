package dev.floe.store.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FanOutDirectoriesTest {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    @TempDir
    Path parent;

    @Test
    void makesADirectoryWhenSomethingIsWrittenToIt() throws IOException {
        FanOutDirectories directories = new FanOutDirectories(parent, PRIVATE);
        assertThat(directories.open()).isEmpty();
        assertThat(directories.get(255)).isEqualTo(parent.resolve("ff")).doesNotExist();
        assertThat(directories.getForWriting(255)).isEqualTo(parent.resolve("ff")).isDirectory();
        assertThat(Files.getPosixFilePermissions(parent.resolve("ff"))).isEqualTo(PRIVATE);
        assertThat(parent).isDirectoryNotContaining("glob:**0a");
    }

    @Test
    void findsThoseThatExistAndClosesThem() throws IOException {
        Path open = Files.createDirectory(parent.resolve("0a"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(parent.resolve("tmp"));
        assertThat(new FanOutDirectories(parent, PRIVATE).open()).containsExactly(open);
        assertThat(Files.getPosixFilePermissions(open)).isEqualTo(PRIVATE);
    }
}

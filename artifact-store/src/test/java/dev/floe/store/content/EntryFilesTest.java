package dev.floe.store.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EntryFilesTest {
    @TempDir
    private Path directory;

    @Test
    void anEntryIsALinkThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path entry = directory.resolve("entry");
        EntryFiles.link(file, entry);
        assertThat(Files.getAttribute(entry, "unix:ino")).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(Files.getPosixFilePermissions(entry)).isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
    }

    @Test
    void aCopyOfAnEntryThatHasGoneIsAMiss() throws IOException {
        Path target = directory.resolve("target");
        assertThat(EntryFiles.copy(directory.resolve("gone"), target, "rw-r--r--")).isFalse();
        assertThat(target).doesNotExist();
    }

    @Test
    void aMissingTargetDirectoryIsAFailure() throws IOException {
        Path source = Files.writeString(directory.resolve("source"), "x");
        Path target = directory.resolve("missing/target");
        assertThatThrownBy(() -> EntryFiles.copy(source, target, "rw-r--r--")).isInstanceOf(NoSuchFileException.class);
    }
}

package dev.floe.store.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExecutablePathTest {
    @TempDir
    private Path directory;

    @Test
    void anEmptyElementIsTheWorkingDirectory() {
        assertThat(ExecutablePath.directories("/bin::/usr/bin:")).containsExactly("/bin", ".", "/usr/bin", ".");
        assertThat(ExecutablePath.candidates("/bin:", "cc")).containsExactly(Path.of("/bin/cc"), Path.of("./cc"));
    }

    @Test
    void findsTheFirstThatMayBeExecuted() throws IOException {
        Path first = Files.createDirectory(directory.resolve("1"));
        Path second = Files.createDirectory(directory.resolve("2"));
        Files.writeString(first.resolve("cc"), "");
        Path program = Files.createFile(second.resolve("cc"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThat(ExecutablePath.find(first + ":" + second, "cc")).contains(program);
        assertThat(ExecutablePath.find(first.toString(), "cc")).isEmpty();
    }
}

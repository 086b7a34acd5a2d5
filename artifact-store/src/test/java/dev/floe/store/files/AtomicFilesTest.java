package dev.floe.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFilesTest {
    @TempDir
    private Path directory;

    @Test
    void replacesAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        AtomicFiles.writeString(file, "new");
        assertThat(file).hasContent("new");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void endsEachLine() throws IOException {
        Path file = directory.resolve("file");
        AtomicFiles.writeLines(file, List.of("a", "b"));
        assertThat(Files.readString(file)).isEqualTo("a\nb\n");
    }

    @Test
    void createsAFileWithItsPermissions() throws IOException {
        Path file = directory.resolve("file");
        AtomicFiles.writeDurably(file, "secret".getBytes(StandardCharsets.UTF_8),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(file).hasContent("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void leavesTheOldFileIfTheNewOneIsNotCommitted() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        try (AtomicFiles.Replacement replacement = AtomicFiles.replace(file)) {
            Files.writeString(replacement.path(), "half");
        }
        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void leavesNothingIfItCannotWrite() throws IOException {
        Path target = directory.resolve("file");
        Files.createDirectories(target.resolve("inside"));
        assertThatThrownBy(() -> AtomicFiles.writeString(target, "text")).isInstanceOf(IOException.class);
        assertThat(names()).containsExactly("file");
        assertThatThrownBy(() -> AtomicFiles.writeString(directory.resolve("missing/file"), "text"))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void renamesADirectoryThatIsComplete() throws IOException {
        Path target = directory.resolve("tree");
        try (AtomicFiles.Replacement replacement = AtomicFiles.replace(target)) {
            Files.writeString(Files.createDirectory(replacement.path()).resolve("file"), "text");
            assertThat(target).doesNotExist();
            replacement.commit();
        }
        assertThat(target.resolve("file")).hasContent("text");
        assertThat(names()).containsExactly("tree");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }
}

package dev.floe.store.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk after it, only a power cut can show: {@code scripts/power-loss}. */
final class FileGroupSyncTest {
    @TempDir
    Path directory;

    private Path file(String name) throws IOException {
        return Files.writeString(directory.resolve(name), name);
    }

    @Test
    void commitsAGroupOnceWhereChangesKeepTheirOrder() throws IOException {
        Path marker = directory.resolve("marker");
        FileGroupSync sync = new FileGroupSync(marker, _ -> true);
        sync.write(List.of(file("a"), directory.resolve("gone"), file("b"), file("a")));
        assertThat(marker).hasBinaryContent(new byte[]{0, 0, 0, 0, 0, 0, 0, 1});
        sync.write(List.of(file("c")));
        assertThat(marker).hasBinaryContent(new byte[]{0, 0, 0, 0, 0, 0, 0, 2});
    }

    @Test
    void syncsEachFileElsewhere() throws IOException {
        Path marker = directory.resolve("marker");
        new FileGroupSync(marker, _ -> false).write(List.of(file("a"), directory.resolve("gone")));
        assertThat(marker).doesNotExist();
    }

    @Test
    void asksTheFileSystemOfItsMarker() throws IOException {
        assertThat(CommitOrder.OF_FILE_SYSTEM.isKept(Path.of("/proc"))).isFalse();
        new FileGroupSync(directory.resolve("marker")).write(List.of(file("a")));
    }

    @Test
    void writesNothingForAnEmptyGroup() throws IOException {
        Path marker = directory.resolve("marker");
        new FileGroupSync(marker, _ -> true).write(List.of());
        assertThat(marker).doesNotExist();
    }

    @Test
    void oneFileThatTheDiskDoesNotTakeKeepsNoOtherFromIt() throws IOException {
        Path marker = directory.resolve("marker");
        FileGroupSync sync = new FileGroupSync(marker, _ -> true);
        assertThatThrownBy(() -> sync.write(List.of(Path.of("/dev/null"), file("a"), Path.of("/dev/zero"))))
                .hasMessageContaining("2 files").hasMessageContaining("/dev/null");
        assertThat(marker).as("the group was committed").hasBinaryContent(new byte[]{0, 0, 0, 0, 0, 0, 0, 1});
    }

    @Test
    void goesOnWhereEachFileIsSynced() throws IOException {
        FileGroupSync sync = new FileGroupSync(directory.resolve("marker"), _ -> false);
        Path plain = file("plain");
        assertThatThrownBy(() -> sync.write(List.of(plain.resolve("x"), file("a"), plain.resolve("y"))))
                .hasMessageContaining("2 files").hasMessageContaining("plain/x");
    }

    @Test
    void saysWhenNothingIsKnownOfTheGroup() {
        FileGroupSync sync = new FileGroupSync(directory.resolve("gone/marker"), _ -> true);
        assertThatThrownBy(() -> sync.write(List.of(file("a")))).isInstanceOf(IOException.class)
                .hasMessageContaining("the whole group");
    }

    @Test
    void saysWhichFileTheDiskDoesNotTake() {
        FileGroupSync sync = new FileGroupSync(directory.resolve("marker"), _ -> true);
        assertThatThrownBy(() -> sync.write(List.of(Path.of("/dev/null")))).isInstanceOf(IOException.class)
                .hasMessageContaining("/dev/null");
        assertThatThrownBy(() -> FileGroupSync.writeFileSystemOf(directory.resolve("gone")))
                .isInstanceOf(NoSuchFileException.class);
    }
}

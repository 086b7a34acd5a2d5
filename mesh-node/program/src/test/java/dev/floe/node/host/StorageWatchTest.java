package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageWatchTest {
    @TempDir
    private Path directory;

    @Test
    void findsNothingWrongWhereItCanWrite() throws IOException {
        StorageWatch watch = new StorageWatch(List.of(directory, directory.resolve("not made yet")));
        assertThat(watch.look()).isFalse();
        assertThat(watch.trouble()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void noticesWhereItCannotWriteAndWhereItCanAgain() throws IOException {
        // A directory in which nobody can make files, root neither.
        Path proc = Path.of("/proc/self/task");
        Path link = Files.createSymbolicLink(directory.resolve("data"), proc);
        StorageWatch watch = new StorageWatch(List.of(link));
        assertThat(watch.look()).isTrue();
        assertThat(watch.trouble().orElseThrow()).doesNotContain("/").doesNotContain("Exception");
        assertThat(watch.look()).as("the same again").isFalse();
        Files.delete(link);
        Files.createDirectory(link);
        assertThat(watch.look()).isTrue();
        assertThat(watch.trouble()).isEmpty();
    }

    @Test
    void seesWithoutWritingThatThereIsTooLittleSpace(@TempDir Path directory) {
        assertThat(new StorageWatch(List.of(directory), 0).isLow()).isFalse();
        assertThat(new StorageWatch(List.of(directory), Long.MAX_VALUE).isLow()).isTrue();
        assertThat(new StorageWatch(List.of(directory.resolve("not made yet")), Long.MAX_VALUE).isLow()).isFalse();
    }
}

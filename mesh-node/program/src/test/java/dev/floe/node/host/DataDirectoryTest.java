package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path directory;

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void makesAllPartsForItsUserAlone() throws Exception {
        Path data = DataDirectory.open(directory.resolve("floe"));
        assertThat(mode(data)).isEqualTo("rwx------");
        try (Stream<Path> parts = Files.list(data)) {
            List<Path> all = parts.toList();
            assertThat(all).isNotEmpty();
            for (Path part : all) {
                assertThat(mode(part)).as("%s", part).isEqualTo("rwx------");
            }
        }
    }

    @Test
    void closesPartsThatAnEarlierVersionLeftOpen() throws Exception {
        Path open = Files.createDirectories(directory.resolve("actions"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        DataDirectory.open(directory);
        assertThat(mode(open)).isEqualTo("rwx------");
    }
}

package dev.floe.command.discovery.includes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.RealMachine;
import dev.floe.command.inputs.HashedNameSet;

/** Which of some names a directory holds. */
final class DirectoryListingCacheTest {
    private static final List<String> SOUGHT = List.of("a.h", "b.h", "..", "sub", "gone.h");

    @TempDir
    private Path directory;

    private final RealMachine machine = new RealMachine();
    private final DirectoryListingCache directories = new DirectoryListingCache(Clock.systemUTC());

    @BeforeEach
    void fill() throws IOException {
        for (int i = 0; i < 100; i++) {
            Files.createFile(directory.resolve(i + ".o"));
        }
        Files.createFile(directory.resolve("a.h"));
        Files.createDirectory(directory.resolve("sub"));
        Files.setLastModifiedTime(directory, FileTime.fromMillis(1_000_000));
    }

    private OptionalLong common(HashedNameSet names) throws IOException {
        return directories.common(names, directory, machine.lstat(directory).orElseThrow(), machine);
    }

    @Test
    void findsTheSameByLookingAsByReading() throws IOException {
        OptionalLong read = common(HashedNameSet.of(SOUGHT));
        Files.createFile(directory.resolve("new.o"));
        OptionalLong looked = common(HashedNameSet.spelled(SOUGHT));
        OptionalLong readAgain = common(HashedNameSet.of(SOUGHT));

        assertThat(looked).isEqualTo(read).isEqualTo(readAgain);
    }

    @Test
    void seesWhatAppearsAndWhatGoes() throws IOException {
        HashedNameSet names = HashedNameSet.spelled(SOUGHT);
        OptionalLong before = common(names);
        Files.createSymbolicLink(directory.resolve("b.h"), Path.of("nowhere"));
        OptionalLong with = common(names);
        Files.delete(directory.resolve("b.h"));
        OptionalLong without = common(names);
        Files.delete(directory.resolve("a.h"));

        assertThat(with).isNotEqualTo(before);
        assertThat(without).isEqualTo(before);
        assertThat(common(names)).isNotEqualTo(before);
    }

    @Test
    void readsADirectoryForNamesThatCannotBeLookedUpAsTheyAreSpelled() throws IOException {
        HashedNameSet names = HashedNameSet.spelled(List.of("ä.h", "x".repeat(300)));
        OptionalLong before = common(names);
        Files.createFile(directory.resolve("new.o"));

        assertThat(names.spelled()).isEmpty();
        assertThat(common(names)).isEqualTo(before);
    }
}

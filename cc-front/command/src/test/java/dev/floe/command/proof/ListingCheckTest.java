package dev.floe.command.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A compile that has read the names of a directory must have read those that the submitter has. */
final class ListingCheckTest {
    @TempDir
    Path directory;
    private Project project;

    @BeforeEach
    void make() throws IOException {
        project = new Project(Files.createDirectory(directory.resolve("project")), Map.of());
        Files.createDirectories(project.root.resolve("gcc/11"));
        Files.createDirectory(project.root.resolve("gcc/12"));
        Files.createSymbolicLink(project.root.resolve("way"), Path.of("gcc/11"));
    }

    private MissingInputs listed(String name, String... names) throws IOException {
        String spelled = name.startsWith("/") ? name : project.root + "/" + name;
        return project.check(new MissedLookups(List.of(), Set.of(), false, Map.of(spelled, Set.of(names))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "gcc/12/..", "way/..", "./gcc", "gcc/../gcc"})
    void isProvenIfTheNamesAreTheSame(String spelled) throws IOException {
        assertThat(listed(spelled, "11", "12").isNone()).isTrue();
        assertThat(listed("gcc/11").isNone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "gcc/12/..", "way/..", "./gcc", "gcc/../gcc"})
    void whatIsThereAndWasNotOnThePeerIsMissed(String spelled) throws IOException {
        MissingInputs shortfall = listed(spelled, "11");
        assertThat(shortfall.paths()).containsExactly(Path.of(project.root + "/" + spelled + "/12"));
        assertThat(shortfall.obstacle()).isEmpty();
    }

    @Test
    void whatAppearsIsMissed() throws IOException {
        assertThat(listed("gcc", "11", "12").isNone()).isTrue();
        project.write("gcc/13/crtbegin.o", "");
        assertThat(listed("gcc", "11", "12").paths()).containsExactly(project.root.resolve("gcc/13"));
    }

    @Test
    void whatThePeerAloneHasCannotBeMadeGood() throws IOException {
        assertThat(listed("gcc", "11", "12", "13").obstacle()).hasValueSatisfying(
                obstacle -> assertThat(obstacle).endsWith("gcc/13 is on the peer alone"));
        assertThat(listed("gone", "11").obstacle()).hasValueSatisfying(
                obstacle -> assertThat(obstacle).endsWith("gone is a directory on the peer alone"));
        assertThat(listed("a.c").obstacle()).isPresent();
    }

    @Test
    void aProgramThatAppearsIsNotSent() throws IOException {
        Files.setPosixFilePermissions(project.write("gcc/cc1", ""), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(listed("gcc", "11", "12").obstacle()).isPresent();
    }

    @Test
    void manyNamesAreNotSent() throws IOException {
        for (int i = 0; i < 300; i++) {
            project.write("gcc/h" + i, "");
        }
        assertThat(listed("gcc", "11", "12").obstacle()).isPresent();
    }

    /** An old output, and what has no bearing. */
    @Test
    void someNamesDoNotCount() throws IOException {
        project.write("a.o", "");
        Files.createSymbolicLink(project.root.resolve("dangling"), Path.of("nowhere"));
        assertThat(listed(project.root.toString(), "a.c", "gcc", "way").isNone()).isTrue();
        Project clang = new Project(Files.createDirectory(directory.resolve("other")), "clang", Map.of());
        assertThat(clang.check(new MissedLookups(List.of(), Set.of(), false,
                Map.of("/opt", Set.of("nobody"), "/proc/self", Set.of()))).isNone()).isTrue();
    }

    @Test
    void theRootOfASandboxIsAnother() throws IOException {
        assertThat(listed("/", "bin", ".floe", "tmp", "usr").obstacle()).isPresent();
    }

    @Test
    void readsADirectoryAgainOnlyIfItHasChanged() throws IOException {
        Path gcc = project.root.resolve("gcc");
        Files.setLastModifiedTime(gcc, FileTime.fromMillis(1_000_000));
        assertThat(listed("gcc", "11", "12").isNone()).isTrue();
        project.write("gcc/13/x", "");
        Files.setLastModifiedTime(gcc, FileTime.fromMillis(1_000_000));
        assertThat(listed("gcc", "11", "12").isNone()).isFalse(); // its change time is another
    }

    @Test
    void anObservationNamesWhatEachDirectoryHeld() {
        MissedLookups missed = MissedLookups.of(List.of(), Set.of(), Set.of(),
                List.of("/usr/lib/gcc/", "/opt", "/usr/lib"),
                List.of("/usr/lib/gcc//12", "/usr/lib/gcc/11", "/usr/lib/gcc", "/elsewhere/x"));
        assertThat(missed.listed()).isEqualTo(
                Map.of("/usr/lib/gcc", Set.of("11", "12"), "/opt", Set.of(), "/usr/lib", Set.of("gcc")));
    }
}

package dev.floe.command.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.CompilerFamily;

final class ObservationCheckTest {
    @TempDir
    Path directory;
    private Project project;

    @BeforeEach
    void make() throws IOException {
        project = new Project(Files.createDirectory(directory.resolve("project")), Map.of());
    }

    @Test
    void isProvenIfNothingThatWasMissedIsThere() throws IOException {
        assertThat(project.check("opt.h", "inc/opt.h", "no/such/directory/x.h", "a.c/x.h", "/no/such/root.h").isNone())
                .isTrue();
    }

    @Test
    void findsAFileThatIsThere() throws IOException {
        project.write("opt.h", "");
        MissingInputs shortfall = project.check("opt.h", "other.h");
        assertThat(shortfall.paths()).containsExactly(project.root.resolve("opt.h"));
        assertThat(shortfall.obstacle()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inc/../opt.h", "./opt.h", "inc//..///opt.h", "inc/./../opt.h", "way/opt.h",
            "inc/up/opt.h"})
    void findsAFileHoweverItIsSpelled(String spelled) throws IOException {
        project.write("opt.h", "");
        Files.createDirectory(project.root.resolve("inc"));
        Files.createSymbolicLink(project.root.resolve("way"), project.root);
        Files.createSymbolicLink(project.root.resolve("inc/up"), Path.of(".."));
        assertThat(project.check(spelled).paths()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no/../opt.h", "a.c/../opt.h", "a.c/opt.h", "loop/opt.h", "dangling"})
    void findsNothingWhereTheKernelFindsNothing(String spelled) throws IOException {
        project.write("opt.h", "");
        Files.createSymbolicLink(project.root.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(project.root.resolve("dangling"), Path.of("nowhere"));
        assertThat(project.check(spelled).isNone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inc/", "inc/.", "inc/sub/.."})
    void findsADirectoryWhoseNameEndsOddly(String spelled) throws IOException {
        Files.createDirectories(project.root.resolve("inc/sub"));
        assertThat(project.check(spelled).paths()).hasSize(1);
    }

    @Test
    void looksAgainAtADirectoryThatHasChanged() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            names.add("inc/h" + i + ".h");
        }
        Files.createDirectory(project.root.resolve("inc"));
        assertThat(project.check(names.toArray(String[]::new)).isNone()).isTrue();
        project.write("inc/h7.h", "");
        assertThat(project.check(names.toArray(String[]::new)).paths())
                .containsExactly(project.root.resolve("inc/h7.h"));
    }

    @Test
    void looksAtDirectoriesAloneIfTheirContentsAreKnown() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            names.add("inc/h" + i + ".h");
            names.add("missing/deep/h" + i + ".h");
        }
        Files.createDirectory(project.root.resolve("inc"));
        Files.setLastModifiedTime(project.root.resolve("inc"), FileTime.from(Instant.EPOCH));
        project.check(names.toArray(String[]::new));
        project.machine.looks = 0;
        project.machine.calls = 0;
        assertThat(project.check(names.toArray(String[]::new)).isNone()).isTrue();
        assertThat(project.machine.looks).isLessThanOrEqualTo(4);
        assertThat(project.machine.calls).isLessThanOrEqualTo(3);
    }

    @Test
    void leavesOutWhatTheSandboxProvides() throws IOException {
        assertThat(project.check("/proc/self/status", "/dev/null", "/proc", "/dev").isNone()).isTrue();
    }

    @Test
    void leavesOutWhatHasNoBearing() throws IOException {
        project.write("bin/ptxas", "");
        Path ptxas = project.root.resolve("bin/ptxas");
        assertThat(LookupTable.standard().isWithoutBearing(CompilerFamily.CLANG, ptxas)).isTrue();
        assertThat(LookupTable.standard().isWithoutBearing(CompilerFamily.GCC, ptxas)).isFalse();
        assertThat(LookupTable.standard().isWithoutBearing(CompilerFamily.CLANG, Path.of("/usr/lib32"))).isTrue();
        assertThat(LookupTable.standard().isWithoutBearing(CompilerFamily.CLANG, Path.of("/usr/lib32/x.h"))).isFalse();
        Project clang = new Project(project.root, "clang", Map.of());
        assertThat(clang.check("bin/../bin/ptxas").isNone()).isTrue();
        assertThat(project.check("bin/ptxas").isNone()).isFalse();
    }

    @Test
    void findsVariablesThatTheUserHasSet() throws IOException {
        Project other = new Project(project.root, Map.of("CC_PRINT_INTERNAL_STAT", "1", "LD_LIBRARY_PATH", "/x"));
        MissingInputs shortfall = other
                .check(new MissedLookups(List.of(), Set.of("CC_PRINT_INTERNAL_STAT", "LD_LIBRARY_PATH", "NOT_SET"),
                        false));
        assertThat(shortfall.variables()).containsExactly("CC_PRINT_INTERNAL_STAT");
        assertThat(shortfall.obstacle()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ghp_1234567890", "/tmp/stat.json", "stat.json", "12345", "on off"})
    void sendsNoVariableWhoseValueIsMoreThanASwitch(String value) throws IOException {
        Project other = new Project(project.root, Map.of("TOKEN", value));
        assertThat(other.check(new MissedLookups(List.of(), Set.of("TOKEN"), false)).obstacle())
                .contains("the variable TOKEN was not set on the peer");
    }

    @Test
    void looksForDescriptionsOfTerminalsInTheHomeDirectory() throws IOException {
        Project home = new Project(project.root, Map.of("HOME", directory.toString()));
        MissedLookups missed = new MissedLookups(List.of(), Set.of("HOME"), false);
        assertThat(home.check(missed).isNone()).isTrue();
        Files.createDirectory(directory.resolve(".terminfo"));
        assertThat(home.check(missed).obstacle()).isPresent();
    }

    @Test
    void leavesOutAnOldOutput() throws IOException {
        project.write("a.o", "");
        assertThat(project.check("a.o", "./a.o").isNone()).isTrue();
    }

    @Test
    void asksForTimesIfLocalTimeWasAskedFor() throws IOException {
        MissedLookups missed = MissedLookups.of(List.of(), List.of("TZ"), List.of(), List.of(), List.of());
        assertThat(project.check(missed).times()).isTrue();
        assertThat(new ObservationCheck(project.command, project.machine, project.directories)
                .check(project.found().inputs(), true, missed).isNone()).isTrue();
    }

    @Test
    void sendsNoProgram() throws IOException {
        Path program = project.write("as", "#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(project.check("as").obstacle()).contains(program + " was not on the peer, and is a program");
    }

    @Test
    void sendsNothingThatLiesOutsideOfTheProject() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s");
        assertThat(project.check(secret.toRealPath().toString()).obstacle()).get().asString()
                .contains("lies outside of the project");
    }

    @Test
    void sendsNothingThatALinkInTheProjectLeadsTo() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s");
        Files.createSymbolicLink(project.root.resolve("x.h"), secret);
        assertThat(project.check("x.h").obstacle()).get().asString().contains("lies outside of the project");
    }

    @Test
    void sendsNoHiddenFile() throws IOException {
        project.write(".ssh/id_ed25519", "s");
        assertThat(project.check(".ssh/id_ed25519").obstacle()).get().asString()
                .contains("lies outside of the project");
    }

    @Test
    void sendsNothingFromBelowTheHomeDirectoryIfThatIsWhereItCompiles() throws IOException {
        Project home = new Project(project.root, Map.of("HOME", project.root.toString()));
        home.write("documents/letter", "s");
        home.write("opt.h", "");
        assertThat(home.check("documents/letter").obstacle()).get().asString().contains("lies outside of the project");
        assertThat(home.check("opt.h").obstacle()).isEmpty();
    }

    @Test
    void findsTheHomeDirectoryAlsoBehindALink() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("home"), project.root);
        Project home = new Project(project.root, Map.of("HOME", link.toString()));
        home.write("documents/letter", "s");
        assertThat(home.check("documents/letter").obstacle()).get().asString().contains("lies outside of the project");
    }

    @Test
    void sendsNoFileOfTheSystemThatIsNotForEverybody() throws IOException {
        Path shadow = Path.of("/etc/shadow");
        project.further.add(Path.of("/etc/passwd")); // beside it, and read by the compile
        if (Files.exists(shadow)) {
            assertThat(project.check(shadow.toString()).obstacle()).get().asString()
                    .contains("lies outside of the project");
        }
        assertThat(project.check("/etc/group").obstacle()).isEmpty();
    }

    @Test
    void doesNotRepeatACompileForWhatThePeerHas() throws IOException {
        assertThat(project.check("a.c").obstacle()).get().asString().contains("was missed on the peer, which has it");
    }

    @Test
    void aProgramInADirectoryThatMayNotBeSearchedIsSearchedFurther() throws IOException {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        project = new Project(project.root, Map.of("PATH", closed + "/bin:/usr/bin"));
        project.machine.closed = closed;
        assertThat(project.check(closed + "/bin/as", "opt.h").isNone()).isTrue();
        project.write("opt.h", "");
        assertThat(project.check(closed + "/bin/as", "opt.h").paths()).hasSize(1);
    }

    @Test
    void aHeaderInADirectoryThatMayNotBeSearchedIsUnknown() throws IOException {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        project = new Project(project.root, Map.of("PATH", closed + "/bin:/usr/bin"));
        project.machine.closed = closed;
        assertThatThrownBy(() -> project.check(closed + "/inc/opt.h")).isInstanceOf(AccessDeniedException.class);
    }
}

package dev.floe.command.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;

import org.junit.jupiter.api.Test;

final class ProfileDataLocatorTest {
    private static final Path CWD = Path.of("/w/build");

    @Test
    void liesBesideTheOutputOrInTheWorkingDirectory() {
        assertThat(ProfileDataLocator.candidates(CWD, "../src/a.c", Path.of("/w/build/obj/x.o"), Set.of()))
                .containsExactly(Path.of("/w/build/obj/x.gcda"), Path.of("/w/build/a.gcda"));
        assertThat(ProfileDataLocator.candidates(CWD, "a.b.c", null, Set.of()))
                .containsExactly(Path.of("/w/build/a.b.gcda"));
    }

    @Test
    void liesInANamedDirectoryUnderItsMangledPath() {
        assertThat(ProfileDataLocator.candidates(CWD, "a.c", Path.of("/w/build/../x.o"), Set.of(Path.of("/pro"))))
                .contains(Path.of("/pro"), Path.of("/pro/x.gcda"), Path.of("/pro/#w#build#^#x.gcda"),
                        Path.of("/pro/#w#x.gcda"), Path.of("/pro/#w#build#a.gcda"));
    }
}

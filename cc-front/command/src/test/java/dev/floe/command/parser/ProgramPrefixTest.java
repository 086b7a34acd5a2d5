package dev.floe.command.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.Invocation;
import dev.floe.command.RealMachine;

/** Whether {@code -B} brings a program that the toolchain lacks. */
final class ProgramPrefixTest {
    @TempDir
    Path directory;
    private Path own;

    @BeforeEach
    void install() throws IOException {
        own = write("usr/as");
        Files.createDirectories(directory.resolve("crt"));
    }

    private Path write(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private Optional<Path> foreign(String... prefixes) throws IOException {
        Invocation invocation = new Invocation(List.of("gcc"), directory.resolve("usr/gcc"), directory,
                Map.of("PATH", directory.resolve("usr").toString()), 022, Optional.empty());
        return new ProgramPrefix(invocation, new RealMachine()).foreign(List.of(prefixes));
    }

    @Test
    void aDirectoryWithoutProgramsBringsNone() throws IOException {
        assertThat(foreign("crt", directory + "/gone")).isEmpty();
    }

    @Test
    void aProgramThatTheDriverWouldFindAnywayIsNotForeign() throws IOException {
        assertThat(foreign("usr")).isEmpty();
        Files.createSymbolicLink(directory.resolve("crt/as"), own);
        assertThat(foreign("crt")).isEmpty();
    }

    @Test
    void anotherProgramIsForeign() throws IOException {
        assertThat(foreign("crt", "mine")).isEmpty();
        Path assembler = write("mine/as");
        assertThat(foreign("crt", "mine")).contains(assembler);
        Path compiler = write("crt/cc1");
        assertThat(foreign("crt")).contains(compiler);
    }

    @Test
    void aPrefixMayBeTheBeginningOfAName() throws IOException {
        Path assembler = write("x/arm-as");
        assertThat(foreign("x/arm-")).contains(assembler);
        assertThat(foreign("x/")).isEmpty();
    }
}

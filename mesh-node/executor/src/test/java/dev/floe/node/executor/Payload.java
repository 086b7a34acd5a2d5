package dev.floe.node.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The program of src/test/c, compiled once for this run of the tests; jobs start it as {@code /bin/attack}. */
public final class Payload {
    /** Where a {@link Workbench} puts it. */
    static final String PATH = "/bin/attack";

    private static final Path SOURCES = Path.of("src/test/c");
    private static final Path PROGRAM = compile();

    private Payload() {}

    public static Path program() {
        return PROGRAM;
    }

    private static Path compile() {
        Path program = Path.of("target/attack/attack").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of("gcc", "-static", "-O1", "-std=gnu17", "-D_GNU_SOURCE", "-Wall",
                "-Wextra", "-Werror", "-Wno-unused-result", "-o", program.toString()));
        try (Stream<Path> sources = Files.list(SOURCES)) {
            Files.createDirectories(program.getParent());
            sources.map(Path::toString).filter(name -> name.endsWith(".c")).sorted().forEach(command::add);
            Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
            String complaints = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(gcc.waitFor()).as(complaints).isZero();
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

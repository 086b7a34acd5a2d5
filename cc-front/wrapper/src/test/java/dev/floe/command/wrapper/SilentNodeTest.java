package dev.floe.command.wrapper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the wrapper takes its node for frozen; a look is a second of silence. */
final class SilentNodeTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"stopped, 3", "idle, 4", "busy, alive", "unknown, alive"})
    void aNodeIsFrozenThatIsStoppedOrCouldHaveAnsweredAndDidNothing(String what, String look)
            throws IOException, InterruptedException {
        Path program = Workshop.build("silent.c", directory.resolve("silent"));
        Process looking = new ProcessBuilder(program.toString(), what).directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(new String(looking.getInputStream().readAllBytes(), US_ASCII).strip()).isEqualTo(look);
        assertThat(looking.waitFor()).isZero();
    }
}

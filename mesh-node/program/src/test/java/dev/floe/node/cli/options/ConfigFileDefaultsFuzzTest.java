package dev.floe.node.cli.options;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

import dev.floe.node.cli.NodeCommand;

/** Configuration files that people write. */
final class ConfigFileDefaultsFuzzTest {
    @TempDir
    static Path directory = Path.of("/");

    @MethodSource("files")
    @FuzzTest
    void readsOrSaysWhatIsWrong(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("floe.conf"), bytes);
        try {
            assertThat(new CommandLine(new NodeCommand()).parseArgs("--config", file.toString()).errors()).isEmpty();
        } catch (ParameterException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    static Stream<byte[]> files() {
        return Stream
                .of("# a comment\nname = node1\nslots=4\nno-execute\n\n", "nmae=x\n", "slots=many\n", "config=/x\n")
                .map(text -> text.getBytes(UTF_8));
    }
}

package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputIndexTest {
    @TempDir
    Path results;

    private List<CommandReplay.ReplayOutput> read(String index) throws IOException {
        Files.write(results.resolve("index"), index.getBytes(StandardCharsets.ISO_8859_1));
        return OutputIndex.read(results, List.of("/w", "/w/o"));
    }

    @Test
    void namesEachFileByItsWritableDirectory() throws IOException {
        assertThat(read("1 644 12\0x.o\0" + "0 600 0\0a b.d\0")).containsExactly(
                new CommandReplay.ReplayOutput("/w/a b.d", results.resolve("1"), 0600, 0),
                new CommandReplay.ReplayOutput("/w/o/x.o", results.resolve("0"), 0644, 12));
        assertThat(read("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2 644 1\0x\0", "-1 644 1\0x\0", "0 648 1\0x\0", "0 644\0x\0", "0 644 many\0x\0", "\0x\0"})
    void refusesAListThatIsMalformed(String index) {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(index)).withMessageContaining("entry 0");
    }

    @Test
    void refusesANameThatIsNotUtf8() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("0 644 1\0\u00ff\0"))
                .withMessageContaining("UTF-8");
    }

    @Test
    void refusesAListThatIsMissing() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> OutputIndex.read(results, List.of("/w")));
    }
}

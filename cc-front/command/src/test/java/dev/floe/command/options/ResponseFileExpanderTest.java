package dev.floe.command.options;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.ProcessOutput;
import dev.floe.command.RealMachine;

final class ResponseFileExpanderTest {
    private static final String QUOTED = "-DA=1\n -DB='x y' \"-DC=p q\" -DD=\\\"s\\\" '-DE=a\\'b' \"-DF=c'd\"\t-DG=e\\ f\n";

    @Test
    void splitsAsTheCompilersDo() {
        assertThat(ResponseFileExpander.split(QUOTED)).containsExactly("-DA=1", "-DB=x y", "-DC=p q", "-DD=\"s\"",
                "-DE=a'b",
                "-DF=c'd", "-DG=e f");
        assertThat(ResponseFileExpander.split(" \n\t ")).isEmpty();
        assertThat(ResponseFileExpander.split("a'' '' b")).containsExactly("a", "", "b");
    }

    @Test
    void agreesWithTheRealDrivers(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("x.rsp"), QUOTED);
        Files.writeString(directory.resolve("a.c"), "");
        for (String compiler : List.of("gcc", "clang")) {
            ProcessOutput output = new RealMachine().run(Path.of("/usr/bin", compiler),
                    List.of(compiler, "-###", "-c", "a.c", "@x.rsp"), directory, Map.of("PATH", "/usr/bin"));
            List<String> shown = new String(output.stderr(), UTF_8).lines().filter(line -> line.contains("cc1"))
                    .flatMap(line -> ResponseFileExpander.split(line).stream()).toList();
            for (String word : ResponseFileExpander.split(QUOTED)) {
                assertThat(shown).contains(word.substring(2));
            }
        }
    }

    @Test
    void expandsFilesWithinFiles() throws IOException {
        Map<String, String> files = Map.of("a", "1 @b 4", "b", "2 @gone 3");
        ResponseFileExpander.Expansion expansion = ResponseFileExpander.expand(List.of("0", "@a", "@", "5"),
                name -> Optional.ofNullable(files.get(name)));
        assertThat(expansion.words()).containsExactly("0", "1", "2", "@gone", "3", "4", "@", "5");
        assertThat(expansion.files()).containsExactly("a", "b");
    }

    /** Short files that name long ones many times, and a long one of short words. */
    @Test
    void refusesMoreTextAndWordsThanACommandCanHave() {
        String text = "-D" + "x".repeat(1 << 20) + " ";
        assertThatThrownBy(() -> ResponseFileExpander.expand(List.of("@many"),
                name -> Optional.of(name.equals("many") ? "@long ".repeat(1000) : text)))
                .isInstanceOf(ResponseFileExpander.TooManyException.class).hasMessageContaining("characters");
        assertThatThrownBy(() -> ResponseFileExpander.expand(List.of("@many"), _ -> Optional.of("a ".repeat(100_001))))
                .isInstanceOf(ResponseFileExpander.TooManyException.class).hasMessageContaining("words");
    }

    @Test
    void endsInACircle() {
        assertThatThrownBy(() -> ResponseFileExpander.expand(List.of("@a"), name -> Optional.of("@a @a")))
                .isInstanceOf(IOException.class);
    }
}

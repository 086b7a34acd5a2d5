package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import dev.floe.node.submitter.schedule.BuildWidth;

/** The help of {@code floe run} is in Java, what it does in C. */
final class RunCommandTest {
    private static final Pattern OPTION = Pattern.compile("\"(--?[a-z][a-z-]*)\"");

    private static String program() throws Exception {
        return Files.readString(Path.of("../../cc-front/wrapper/src/main/c/build_options.c"));
    }

    @Test
    void theHelpHasTheOptionsOfTheProgram() throws Exception {
        List<String> documented = new CommandLine(new RunCommand()).getCommandSpec().options().stream()
                .flatMap(option -> Arrays.stream(option.names()))
                .filter(name -> !List.of("-h", "--help", "-V", "--version").contains(name)).sorted().toList();
        List<String> read = OPTION.matcher(program()).results().map(MatchResult::group)
                .map(word -> word.replace("\"", "")).filter(word -> !word.equals("--version")).distinct().sorted()
                .toList();
        assertThat(read).isEqualTo(documented);
    }

    @Test
    void bothHaveTheSameBound() throws Exception {
        assertThat(program()).contains("MAX_WIDTH = " + BuildWidth.MAX_WIDTH + ",");
    }
}

package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

import dev.floe.node.host.FloeVersion;

/** The texts of {@code --help}. */
class HelpTest {
    private static final int MAX_WORDS = 30;

    static Stream<CommandSpec> commands() {
        return below(Main.line()).map(CommandLine::getCommandSpec);
    }

    private static Stream<CommandLine> below(CommandLine line) {
        return Stream.concat(Stream.of(line), line.getSubcommands().values().stream().flatMap(HelpTest::below));
    }

    /** picocli lists a command with the first element alone. */
    @ParameterizedTest
    @MethodSource("commands")
    void theFirstLineOfACommandIsASentence(CommandSpec command) {
        String[] description = command.usageMessage().description();
        assertThat(description).as(command.qualifiedName()).isNotEmpty();
        assertThat(description[0].replace("%n", "")).as(command.qualifiedName()).matches("[A-Z].*\\.");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noSentenceIsLong(CommandSpec command) {
        List<String> texts = new ArrayList<>();
        texts.add(String.join(" ", command.usageMessage().description()));
        for (ArgSpec argument : command.args()) {
            texts.add(String.join(" ", argument.description()));
        }
        assertThat(texts.stream().flatMap(text -> Arrays.stream(text.split("(?<=[.!?]) "))))
                .as(command.qualifiedName())
                .allSatisfy(
                        sentence -> assertThat(sentence.split(" ")).as(sentence).hasSizeLessThanOrEqualTo(MAX_WORDS));
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        StringWriter out = new StringWriter();
        CommandLine line = Main.line().setOut(new PrintWriter(out));
        assertThat(line.execute("--version")).isZero();
        assertThat(out.toString()).isEqualTo("floe " + FloeVersion.read() + System.lineSeparator());
        assertThat(FloeVersion.read()).matches("\\d+\\.\\d+\\.\\d+(-\\w+)?");
    }
}

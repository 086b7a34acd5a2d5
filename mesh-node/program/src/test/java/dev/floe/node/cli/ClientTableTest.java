package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import dev.floe.node.cli.options.RunsInNode;

/** The table of the client in C is that of the annotations here. */
final class ClientTableTest {
    private static final Pattern ROW = Pattern.compile("^    \\{\".*\\},$", Pattern.MULTILINE);

    @Test
    void theClientHasTheCommandsThatRunInTheNode() throws Exception {
        String program = Files.readString(Path.of("../../cc-front/wrapper/src/main/c/client_command.c"));
        List<String> rows = ROW.matcher(program).results().map(MatchResult::group).toList();
        assertThat(rows).as("the table should be:%n%s", String.join("\n", annotated()))
                .containsExactlyElementsOf(annotated());
    }

    /** A row of C for each command that has the annotation. */
    private static List<String> annotated() {
        return Main.line().getSubcommands().entrySet().stream().flatMap(entry -> rows(entry.getKey(), entry.getValue()))
                .sorted().toList();
    }

    private static Stream<String> rows(String name, CommandLine command) {
        Map<String, CommandLine> below = command.getSubcommands();
        return below.isEmpty()
                ? row(name, "", command).stream()
                : below.entrySet().stream().flatMap(entry -> row(name, entry.getKey(), entry.getValue()).stream());
    }

    private static Optional<String> row(String name, String subcommand, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        AnnotatedElement element = spec.userObject() instanceof AnnotatedElement method
                ? method
                : spec.userObject().getClass();
        String flags = spec.options().stream().filter(option -> !option.usageHelp() && !option.versionHelp())
                .filter(option -> option.arity().max() == 0).map(OptionSpec::longestName)
                .collect(Collectors.toCollection(TreeSet::new)).stream().map(flag -> flag + " ")
                .collect(Collectors.joining());
        return Optional.ofNullable(element.getAnnotation(RunsInNode.class))
                .map(runs -> "    {\"" + name + "\", \"" + subcommand + "\", \" " + flags + "\", "
                        + runs.worksWithoutNode() + "},");
    }
}

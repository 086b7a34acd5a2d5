package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;

/** The command line, in this process: each command has its help, and what is wrong is said in one line. */
final class WrongCommandLineTest {
    @TempDir
    private Path directory;

    private record Ended(int code, String out, String err) {}

    private static Ended floe(List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = words.toArray(String[]::new);
        int code = Main.line(arguments).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    /** Ends with code 2 and one line on the error stream, in which the pattern is found. */
    private static void assertWrong(String pattern, List<String> words) {
        Ended ended = floe(words);
        assertThat(ended.code()).as(ended.toString()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).hasLineCount(1).startsWith("floe: ").containsPattern(pattern);
    }

    static Stream<List<String>> commands() {
        return below(Main.line(), List.of());
    }

    private static Stream<List<String>> below(CommandLine line, List<String> words) {
        return Stream.concat(Stream.of(words), line.getSubcommands().values().stream().distinct()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden()).flatMap(command -> {
                    List<String> longer = new ArrayList<>(words);
                    longer.add(command.getCommandName());
                    return below(command, longer);
                }));
    }

    @Test
    void anOptionIsNotTakenForTheValueOfAnother() {
        assertWrong("--wrong", List.of("setup", "--new", "--wrong"));
        assertWrong("--join", List.of("node", "--name", "--join"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasItsHelp(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.add("--help");
        Ended ended = floe(words);
        assertThat(ended.code()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains(("Usage: floe " + String.join(" ", command)).strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"nonsense; nonsense", "--json; trace --json nightly",
            "--json; mesh token --json", "did you mean.* nodes; node-s", "did you mean.*--slots; node --slot 3",
            "did you mean.*--data-dir; node --datadir /x", "did you mean.*--follow; jobs --folow",
            "--quick; nodes --quick", "more; nodes more", "create|join; mesh", "list; toolchain",
            "COMPILER; explain"})
    void anUnknownCommandOrOptionIsNamedWithTheNearOne(String pattern, String command) {
        assertWrong(pattern, List.of(command.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"--slots.*many; --slots many", "--slots.*-1; --slots=-1",
            "--slots.*5000; --slots 5000", "--slots; --slots", "--store-size.*16; --store-size 1",
            "--store-size; --store-size 10GB", "--listen.*port|--listen.*99999; --listen 127.0.0.1:99999",
            "--join.*port|--join; --join host:port"})
    void aBadValueIsNamedWithItsOption(String pattern, String options) {
        assertWrong(pattern, node(options.split(" ")));
    }

    @Test
    void aNameOrAddressThatIsNoneIsNamed() {
        assertWrong("--listen", node("--listen", "a b:1"));
        assertWrong("--name", node("--name", ""));
        assertWrong("--name", node("--name", "two\nlines"));
    }

    private List<String> node(String... options) {
        List<String> words = new ArrayList<>(
                List.of("node", "--config", "/dev/null", "--data-dir", directory.resolve("data").toString()));
        words.addAll(List.of(options));
        return words;
    }

    @ParameterizedTest
    @ValueSource(strings = {"floe.conf:1: unknown key slot.*did you mean slots; slot = 3",
            "floe.conf:3: unknown key datadir.*did you mean data-dir; |#|datadir = /x",
            "floe.conf:1: unknown key colour; colour = blue", "slots.*many; slots = many",
            "no-execute.*perhaps; no-execute = perhaps", "floe.conf; name = \u00ff\u00fe"})
    void aWrongConfigurationFileIsNamedWithItsLine(String patternAndText) throws Exception {
        String[] parts = patternAndText.split("; ", 2);
        Path file = directory.resolve("floe.conf");
        Files.write(file, (parts[1].replace('|', '\n') + "\n").getBytes(StandardCharsets.ISO_8859_1));
        assertWrong(parts[0], List.of("node", "--config", file.toString()));
        assertThat(file.getParent()).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void aWrongTokenIsRefusedAndNotShown() {
        String token = new JoinToken(MeshKey.create("try"), List.of()).encode();
        String changed = token.substring(0, 40) + (token.charAt(40) == 'A' ? 'B' : 'A') + token.substring(41);
        Path key = directory.resolve("key");
        Map.of("nonsense", "neither an invitation nor a token.*floe1-", "", "token",
                token.substring(0, token.length() - 5),
                "token.*(truncated|mistyped)", token + "AAAA", "token.*mistyped", changed, "token.*mistyped",
                token.replace("floe1-", "floe2-"), "token.*version").forEach((text, pattern) -> {
                    List<String> words = List.of("mesh", "join", text, "--mesh-key", key.toString());
                    assertWrong(pattern, words);
                    assertThat(floe(words).err()).doesNotContain(token.substring(6, 40));
                });
        assertWrong("INVITATION", List.of("mesh", "join", "--mesh-key", key.toString()));
        assertThat(key).doesNotExist();
    }

    @Test
    void aConfigurationFileThatIsNoneIsNamed() {
        assertWrong("nowhere.conf", List.of("node", "--config", directory.resolve("nowhere.conf").toString()));
        assertWrong(directory.toString(), List.of("node", "--config", directory.toString()));
    }
}

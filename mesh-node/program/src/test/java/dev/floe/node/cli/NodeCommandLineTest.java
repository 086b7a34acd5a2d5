package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import dev.floe.node.submitter.NodeSocketServer.Control;
import dev.floe.node.submitter.client.ClientCommand;

/** Commands of clients, in a node that answers as the test wants. */
final class NodeCommandLineTest {
    @TempDir
    private Path directory;
    private ReadingClient client;

    @BeforeEach
    void connect() throws Exception {
        client = new ReadingClient(directory.resolve("socket"));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    private OptionalInt run(Control control, boolean owned, Map<String, String> environment, String... words)
            throws Exception {
        return client.run(new NodeCommandLine(control),
                new ClientCommand(List.of(words), "/", environment, false), owned);
    }

    private OptionalInt run(Control control, String... words) throws Exception {
        return run(control, true, Map.of(), words);
    }

    @Test
    void asksTheNodeAsItsSocketDoes() throws Exception {
        List<String> asked = new ArrayList<>();
        OptionalInt code = run((request, owned, lines) -> {
            asked.add(request + " " + owned);
            lines.accept("a line");
            lines.accept("error: wrong");
            lines.accept("another");
        }, false, Map.of(), "jobs", "--json", "--socket", "/elsewhere");
        assertThat(asked).containsExactly("[jobs, --json] false");
        assertThat(client.out()).isEqualTo("a line\nanother\n");
        assertThat(client.err()).isEqualTo("floe: wrong\n");
        assertThat(code).hasValue(1);
    }

    @Test
    void runsSubcommandsAndTheirAliases() throws Exception {
        List<String> asked = new ArrayList<>();
        for (String name : List.of("unquarantine", "trust")) {
            assertThat(run((request, _, _) -> asked.add(request.toString()), "cache", name, "pc2")).hasValue(0);
        }
        assertThat(asked).containsExactly("[cache-audit, pc2]", "[cache-audit, pc2]");
    }

    /** They read the caller's files or variables, need its terminal, or work without a node. */
    @ParameterizedTest
    @ValueSource(strings = {"node", "node --help", "mesh create", "mesh", "mesh token", "top", "top --json", "doctor",
            "explain -- gcc -c a.c", "run make", "web", "toolchain add gcc", "toolchain import a.tar", "self-train",
            "toolchain", "nonsense", "nodes @/etc/shadow", "@words", "--version nodes", "--help nodes",
            "run make --help",
            "doctor x --help", "mesh create x", "self-train --help", "explain gcc --help", "mesh nonsense --help"})
    void leavesOthersToTheClient(String words) throws Exception {
        assertThat(run((_, _, _) -> {
            throw new AssertionError("it was run");
        }, words.split(" "))).isEmpty();
        assertThat(client.out() + client.err()).isEmpty();
    }

    /** Help, and what is said of wrong command lines. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "-h", "--version", "nodes --help", "jobs -h", "builds --help", "cache --help",
            "cache stats --help", "capacity --help", "trace", "trace a b", "jobs --folow", "nodes more",
            "nodes --socket", "builds -n many", "builds --number", "cache evict", "cache evict a --maker b",
            "cache stats clear", "toolchain list --help", "toolchain remove", "stats --json --json", "jobs -",
            "jobs --",
            "nodes ''", "doctor --help", "mesh create --help",
            "toolchain add -h", "run --help", "top -h", "explain --help", "trace -- --help",
            "metrics --open-metrics=perhaps"})
    void isTheCommandLineOfTheProgram(String text) throws Exception {
        String[] words = text.isEmpty() ? new String[0] : text.replace("''", "").split(" ", -1);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine program = Main.line(new Main.Alone(), words)
                .setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        List<List<String>> asked = new ArrayList<>();
        OptionalInt code = run((request, _, _) -> asked.add(request), words);
        if (code.isEmpty()) {
            assertThat(NodeCommandLine.runsInNode(List.of(words))).isFalse();
            return;
        }
        if (asked.isEmpty()) {
            assertThat(code).hasValue(Main.execute(program, words));
            assertThat(client.out()).isEqualTo(out.toString());
            assertThat(client.err()).isEqualTo(err.toString());
            assertThat(client.out() + client.err()).isNotEmpty();
        }
    }

    @Test
    void saysThatTheNodeCannotAnswer() throws Exception {
        assertThat(run((_, _, _) -> {
            throw new IllegalStateException("broken");
        }, "nodes")).hasValue(1);
        assertThat(client.err()).startsWith("floe: the node could not answer (").contains("its log says more");
    }

    @Test
    void hasColoursIfTheCallerWantsThem() throws Exception {
        run((_, _, _) -> {}, true, Map.of("CLICOLOR_FORCE", "1"), "nodes", "--help");
        assertThat(client.out()).contains("\u001b[");
    }

    @ParameterizedTest
    @CsvSource({"'', true, true", "'', false, false", "NO_COLOR=, true, false", "CLICOLOR_FORCE=1, false, true",
            "CLICOLOR_FORCE=0, false, false", "NO_COLOR=1 CLICOLOR_FORCE=1, true, false", "CLICOLOR=0, true, false",
            "ConEmuANSI=OFF, true, false"})
    void decidesOnColoursAsPicocliDoes(String environment, boolean terminal, boolean colours) {
        Map<String, String> variables = new HashMap<>();
        for (String entry : environment.split(" ")) {
            String[] parts = entry.split("=", 2);
            if (parts.length == 2) {
                variables.put(parts[0], parts[1]);
            }
        }
        assertThat(NodeCommandLine.ansi(variables, terminal)).isEqualTo(colours);
    }
}

package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code floe run}: the jobserver that a build gets, and the build as its parent sees it. */
final class BuildTest {
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    @TempDir
    private static Path programs;
    private static Path client;

    @TempDir
    private Path directory;
    private Workshop shop;
    private ScriptedNode node;
    private Path log;

    @BeforeAll
    static void buildClient() throws Exception {
        client = Workshop.build("jobclient.c", programs.resolve("jobclient"));
    }

    @BeforeEach
    void open() throws Exception {
        shop = new Workshop(directory).with("TMPDIR", directory.toString())
                .through("env", "--default-signal=INT,TERM,HUP,QUIT");
        node = shop.node();
        log = directory.resolve("log");
        assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor()).isZero();
    }

    @AfterEach
    void close() throws IOException {
        node.close();
    }

    private Workshop.Running run(String... words) throws IOException {
        return shop.floe(Stream.concat(Stream.of("--floe-build"), Stream.of(words)).toArray(String[]::new));
    }

    /** A run of a client of the jobserver that does so. */
    private Workshop.Running client(String options, String steps) throws IOException {
        List<String> words = new ArrayList<>(List.of("-q"));
        words.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ")));
        words.addAll(List.of("--", client.toString(), log.toString()));
        words.addAll(List.of(steps.split(" ")));
        return run(words.toArray(String[]::new));
    }

    private Workshop.Ended withoutNode(String... words) throws Exception {
        node.close();
        return run(words).end();
    }

    /** The end of a run at a node that grants 5 and has nothing to say of the build. */
    private Workshop.Ended withNode(String... words) throws Exception {
        Workshop.Running running = run(words);
        try (WideNode wide = WideNode.watched(node)) {
            wide.say("5");
            WideNode.answer(node, "");
        }
        return running.end();
    }

    private void program(String name, String script) throws IOException {
        Path bin = shop.directory("bin");
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        shop.with("PATH", bin + ":/usr/local/bin:/usr/bin:/bin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe", "fifo"})
    void theTokensFollowTheNode(String style) throws Exception {
        var running = client("--jobserver-style " + style, "await 4 await 8 await 1 await 15");
        try (WideNode wide = WideNode.watched(node); BufferedReader lines = Files.newBufferedReader(log)) {
            wide.say("5");
            assertThat(lines.readLine()).isEqualTo("await 4");
            wide.say("9");
            assertThat(lines.readLine()).isEqualTo("await 8");
            wide.say("2");
            assertThat(lines.readLine()).isEqualTo("await 1");
            wide.say("3");
            wide.say("16");
            assertThat(lines.readLine()).isEqualTo("await 15");
            WideNode.answer(node, "");
        }
        assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe", "fifo"})
    void tokensThatAreInUseAreTakenBackWhenTheyReturn(String style) throws Exception {
        Path go = directory.resolve("go");
        var running = client("--jobserver-style " + style,
                "await 4 take 4 wait " + go + " give 4 await 1 take 1 give 1 await 1");
        try (WideNode wide = WideNode.watched(node); BufferedReader lines = Files.newBufferedReader(log)) {
            wide.say("5");
            assertThat(lines.readLine()).isEqualTo("await 4");
            assertThat(lines.readLine()).isEqualTo("take 4");
            wide.say("2");
            Files.createFile(go);
            for (String step : List.of("wait " + go, "give 4", "await 1", "take 1", "give 1", "await 1")) {
                assertThat(lines.readLine()).isEqualTo(step);
            }
            WideNode.answer(node, "");
        }
        assertThat(running.end().code()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"pipe, 1", "pipe, 4", "fifo, 4"})
    void tokensOfAKilledProcessAreReplaced(String style, int lost) throws Exception {
        var running = client("--jobserver-style " + style, "await 4 die " + lost + " await 4");
        try (WideNode wide = WideNode.watched(node); BufferedReader lines = Files.newBufferedReader(log)) {
            wide.say("5");
            for (String step : List.of("await 4", "die " + lost, "await 4")) {
                assertThat(lines.readLine()).isEqualTo(step);
            }
            WideNode.answer(node, "");
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void withoutTheNodeItGoesOnWithTheCoresAndSaysSoOnce() throws Exception {
        var running = client("", "await 4 await " + (CORES - 1));
        try (BufferedReader lines = Files.newBufferedReader(log)) {
            try (WideNode wide = WideNode.watched(node)) {
                wide.say("5");
                assertThat(lines.readLine()).isEqualTo("await 4");
                node.abandon();
            }
            assertThat(lines.readLine()).isEqualTo("await " + (CORES - 1));
        }
        assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "",
                "floe: warning: the node went away; going on with the " + CORES + " cores of this machine\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "0", "-3", "7x", "1000000", "error: this node does not know the request"})
    void aNodeThatGivesNoNumberIsNone(String line) throws Exception {
        Path go = directory.resolve("go");
        var running = client("", "wait " + go + " await " + (CORES - 1));
        try (WideNode wide = WideNode.watched(node); BufferedReader lines = Files.newBufferedReader(log)) {
            wide.say(line);
            wide.talk().awaitHangUp();
            node.abandon();
            Files.createFile(go);
            assertThat(lines.readLine()).isEqualTo("wait " + go);
            assertThat(lines.readLine()).isEqualTo("await " + (CORES - 1));
        }
        assertThat(running.end().err()).startsWith("floe: warning: ").contains("cores of this machine")
                .hasLineCount(1);
    }

    @Test
    void aFrameOfAbsurdLengthEndsTheConversation() throws Exception {
        var running = client("", "await " + (CORES - 1));
        try (WideNode wide = WideNode.watched(node); BufferedReader lines = Files.newBufferedReader(log)) {
            wide.talk().sendRaw(new byte[]{0x7f, 0, 0, 0, 0x30});
            wide.talk().awaitHangUp();
            node.abandon();
            assertThat(lines.readLine()).isEqualTo("await " + (CORES - 1));
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void theUsersBoundsHold() throws Exception {
        var running = client("--max 7 --min=3", "await 4 await 6 await 2");
        try (WideNode wide = WideNode.watched(node); BufferedReader lines = Files.newBufferedReader(log)) {
            wide.say("5");
            assertThat(lines.readLine()).isEqualTo("await 4");
            wide.say("900");
            assertThat(lines.readLine()).isEqualTo("await 6");
            wide.say("1");
            assertThat(lines.readLine()).isEqualTo("await 2");
            WideNode.answer(node, "");
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void theNodeIsAskedForASummary() throws Exception {
        Workshop.Running running = run("--build", "nightly/7", "--", "true");
        List<String> request;
        try (WideNode wide = WideNode.watched(node)) {
            wide.say("5");
            request = WideNode.answer(node, "42 compiles, 40 remote");
        }
        assertThat(request).containsExactly("build-summary", "nightly/7");
        assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "",
                "floe: build nightly/7, 5 commands at once\nfloe: 42 compiles, 40 remote\n"));
    }

    @Test
    void nothingIsPrintedOfASummaryThatIsAnError() throws Exception {
        Workshop.Running running = run("-q", "true");
        try (WideNode wide = WideNode.watched(node)) {
            wide.say("5");
            WideNode.answer(node, "error: this node does not know the request");
        }
        assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "", ""));
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 7, 7", "kill -TERM $$, 143", "kill -KILL $$, 137", "kill -INT $$, 130"})
    void endsLikeTheCommand(String script, int code) throws Exception {
        assertThat(withNode("-q", "--", "sh", "-c", script)).isEqualTo(new Workshop.Ended(code, "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP", "QUIT", "USR1"})
    void passesSignalsOn(String signal) throws Exception {
        Workshop.Running running = run("-q", "--", "sh", "-c",
                "trap 'echo caught; exit 9' " + signal + "; echo ready >" + log + "; while :; do sleep 0.01; done");
        try (WideNode wide = WideNode.watched(node)) {
            wide.say("5");
            try (BufferedReader lines = Files.newBufferedReader(log)) {
                assertThat(lines.readLine()).isEqualTo("ready");
            }
            running.signal(signal);
            WideNode.answer(node, "");
        }
        assertThat(running.end()).isEqualTo(new Workshop.Ended(9, "caught\n", ""));
    }

    @Test
    void saysWhichCommandIsNotThere() throws Exception {
        assertThat(withNode("-q", "--", "no-such-program"))
                .isEqualTo(new Workshop.Ended(127, "", "floe: no-such-program: No such file or directory\n"));
        Path file = shop.write("no-program", "text");
        assertThat(withNode("-q", "--", file.toString()))
                .isEqualTo(new Workshop.Ended(126, "", "floe: " + file + ": Permission denied\n"));
    }

    @Test
    void withoutAnyNodeTheCommandRunsAndThatIsSaidOnce() throws Exception {
        var ended = withoutNode("--build", "b", "echo", "done");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).isEqualTo("done\n");
        assertThat(ended.err()).startsWith("floe: no node at " + directory.resolve("node.sock"))
                .endsWith("; using the " + CORES + " cores of this machine\nfloe: build b, " + CORES
                        + " commands at once\n");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
            "\"\",         \" -j --jobserver-auth=R,W\"",
            "k,            \" -j --jobserver-auth=R,W -k\"",
            "ks -j8,       \" -j --jobserver-auth=R,W -ks\"",
            "-kj8,         \" -j --jobserver-auth=R,W -k\"",
            "-j,           \" -j --jobserver-auth=R,W\"",
            "--jobs=4 -r,  \" -j --jobserver-auth=R,W -r\"",
            "-Idir/j8,     \" -j --jobserver-auth=R,W -Idir/j8\"",
            "CC=j8,        \" -j --jobserver-auth=R,W CC=j8\"",
            "\"s -j --jobserver-auth=3,4 -- A=-j8 B=x\\\\ -j9\", \" -j --jobserver-auth=R,W -s -- A=-j8 B=x\\\\ -j9\""})
    void makeflagsKeepTheUsersWordsButThoseOnParallelism(String before, String after) throws Exception {
        shop.with("MAKEFLAGS", before);
        var ended = withNode("-q", "--jobserver-style=pipe", "sh", "-c", "printf '%s' \"$MAKEFLAGS\"");
        assertThat(ended.out().replaceAll("[0-9]+,[0-9]+", "R,W")).isEqualTo(after);
        assertThat(ended.err().isEmpty()).isEqualTo(!before.matches("(?!-I|CC|.*auth).*j(obs|[0-9]|$).*"));
    }

    @Test
    void theCommandIsNobodysSubmake() throws Exception {
        shop.with("MAKELEVEL", "2").with("MFLAGS", "-j3").with("CARGO_MAKEFLAGS", "-j --jobserver-auth=7,8");
        assertThat(withNode("-q", "sh", "-c", "echo \"$MAKELEVEL|$MFLAGS|$CARGO_MAKEFLAGS\"").out())
                .isEqualTo("||\n");
    }

    @Test
    void aBuildHasAnIdAndKeepsTheOneThatItHas() throws Exception {
        assertThat(withNode("-q", "sh", "-c", "echo \"$FLOE_BUILD\"").out())
                .matches("work-\\d{8}-\\d{6}-\\d+\n");
        shop.with("FLOE_BUILD", "outer");
        assertThat(withNode("-q", "sh", "-c", "echo \"$FLOE_BUILD\"").out()).isEqualTo("outer\n");
        assertThat(withNode("-q", "--build", "mine", "sh", "-c", "echo \"$FLOE_BUILD\"").out()).isEqualTo("mine\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-j3", "-j", "--jobs=3", "--jobs", "-kj3", "-sj"})
    void warnsOnceOfMakesOwnWidth(String word) throws Exception {
        program("make", "[ \"$1\" = --version ] && echo 'GNU Make 4.3'; exit 0");
        assertThat(withNode("-q", "make", "-s", "all", word).err()).startsWith("floe: warning: with " + word + " ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C j3", "-Cj3", "-f j3", "--directory=j3", "-- -j3", "jobs"})
    void doesNotWarnOfWhatIsNoWidth(String words) throws Exception {
        program("make", "[ \"$1\" = --version ] && echo 'GNU Make 4.3'; exit 0");
        String[] command = Stream.concat(Stream.of("-q", "make"), Stream.of(words.split(" "))).toArray(String[]::new);
        assertThat(withNode(command).err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GNU Make 4.3, pipe", "GNU Make 3.81, pipe", "GNU Make 4.4, fifo", "GNU Make 4.4.1, fifo",
            "GNU Make 5.0, fifo", "bmake, pipe", "GNU Make, pipe"})
    void theStyleIsWhatTheMakeUnderstands(String version, String style) throws Exception {
        program("make", "echo '" + version + "'");
        program("gmake", "exit 1");
        String flags = withNode("-q", "sh", "-c", "echo \"$MAKEFLAGS\"").out();
        assertThat(flags).containsPattern(style.equals("fifo") ? "auth=fifo:/" : "auth=\\d+,\\d+\n");
    }

    @Test
    void aMakeThatIsNotInPathIsAsked() throws Exception {
        program("make", "echo 'GNU Make 4.3'");
        Path other = shop.directory("other");
        Path make = Files.writeString(other.resolve("make"),
                "#!/bin/sh\n[ \"$1\" = --version ] && echo 'GNU Make 4.4.1' || echo \"$MAKEFLAGS\"\n");
        Files.setPosixFilePermissions(make, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(withNode("-q", make.toString()).out()).contains("auth=fifo:/");
    }

    @Test
    void anOldNinjaIsSaidToGoItsOwnWay() throws Exception {
        program("ninja", "echo 1.11.1");
        assertThat(withNode("-q", "ninja").err()).contains("ninja 1.11.1 follows no jobserver").hasLineCount(1);
        program("ninja", "echo 1.13.0");
        assertThat(withNode("-q", "ninja").err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe", "fifo"})
    void nothingIsLeftBehind(String style) throws Exception {
        List<Path> before = listing();
        withNode("-q", "--jobserver-style", style, "true");
        assertThat(listing()).filteredOn(path -> !path.getFileName().toString().matches("(out|err)\\.\\d+"))
                .isEqualTo(before);
    }

    @Test
    void theTokensAreNeverStandardInputOrOutput() throws Exception {
        Workshop.Running running = shop.shell("exec '" + shop.floe()
                + "' --floe-build -q --jobserver-style pipe sh -c 'echo $MAKEFLAGS >" + log + "' <&- >&-");
        try (WideNode wide = WideNode.watched(node); BufferedReader lines = Files.newBufferedReader(log)) {
            wide.say("5");
            assertThat(lines.readLine()).matches("-j --jobserver-auth=([3-9]|\\d\\d),([3-9]|\\d\\d)");
            WideNode.answer(node, "");
        }
        assertThat(running.end().code()).isZero();
    }

    private List<Path> listing() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void oneInsideOfAnotherRunsTheCommandAsItIs() throws Exception {
        var ended = withNode("-q", "sh", "-c", "echo \"$MAKEFLAGS\"; exec " + shop.floe()
                + " --floe-build --max 3 sh -c 'echo \"$MAKEFLAGS\"; exit 4'");
        assertThat(ended.code()).isEqualTo(4);
        assertThat(ended.out().lines().distinct()).hasSize(1);
        assertThat(ended.out()).hasLineCount(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--max 0 true", "--max 1001 true", "--max many true", "--min 4 --max 3 true", "--max",
            "--jobserver-style socket true", "--build", "--what true", "--", "--build= true"})
    void aWrongCommandLineIsOneLine(String words) throws Exception {
        var ended = run(words.split(" ")).end();
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).startsWith("floe: ").contains("floe run --help").hasLineCount(1);
    }
}

package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client, in an installation whose Java and floe-cc print how they were called. */
final class ClientTest {
    private static final int COMMAND = 0x03, DECLINED = 0x32;

    @TempDir
    Path directory;
    private Workshop shop;
    private Path floe;

    @BeforeEach
    void install() throws Exception {
        shop = new Workshop(directory);
        Path built = Path.of(System.getProperty("floe.cc")).resolveSibling("floe");
        floe = Files.copy(built, shop.directory("prefix/bin").resolve("floe"));
        script(shop.directory("prefix/lib/floe").resolve("floe-java"), "java");
        script(floe.resolveSibling("floe-cc"), "floe-cc");
    }

    private static void script(Path path, String name) throws IOException {
        Files.writeString(path, "#!/bin/sh\nprintf '<%s>' " + name + " \"$@\"\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Workshop.Running run(String... words) throws IOException {
        return shop.start(Stream.concat(Stream.of(floe.toString()), Stream.of(words)).toArray(String[]::new));
    }

    private static Workshop.Ended becomes(String program, String... words) {
        var out = new StringBuilder("<" + program + ">");
        for (String word : words)
            out.append('<').append(word).append('>');
        return new Workshop.Ended(0, out.toString(), "");
    }

    private Workshop.Ended fails(String message) {
        return new Workshop.Ended(1, "", "floe: " + message + "\n");
    }

    record Command(int magic, int version, int flags, int columns, int rows, String release, String directory,
            List<String> words, List<String> environment) {}

    private static Command command(Talk talk) throws IOException {
        Frame frame = talk.read(COMMAND);
        ByteBuffer in = frame.payload();
        var command = new Command(in.getInt(), in.getShort(), in.getShort(), in.getShort(), in.getShort(), frame.str(),
                frame.str(), frame.list(), frame.list());
        assertThat(in.hasRemaining()).isFalse();
        return command;
    }

    private static void print(Talk talk, int descriptor, String text) throws IOException {
        talk.send(Frame.PRINT, Payload.of().u8(descriptor).raw(text.getBytes()));
    }

    @Test
    void sendsTheCommandLineAndPrintsWhatComes() throws Exception {
        shop.with("TERM", "dumb").with("NO_COLOR", "1").with("SECRET", "x").with("FLOE_BUILD", "b");
        try (ScriptedNode node = shop.node()) {
            var running = run("jobs", "--json", "", "a b");
            try (Talk talk = node.accept()) {
                var command = command(talk);
                assertThat(command.magic()).isEqualTo(0x464c4f45);
                assertThat(command.version()).isEqualTo(1);
                assertThat(command.flags()).isZero();
                assertThat(command.directory()).isEqualTo(shop.work().toRealPath().toString());
                assertThat(command.words()).containsExactly("jobs", "--json", "", "a b");
                assertThat(command.environment()).containsExactlyInAnyOrder("TERM=dumb", "NO_COLOR=1",
                        "LC_ALL=C.UTF-8");
                talk.send(Frame.ALIVE);
                print(talk, 1, "one\n");
                print(talk, 2, "wrong\n");
                print(talk, 1, "x".repeat(600_000));
                print(talk, 1, "");
                talk.exit(7);
            }
            assertThat(running.end()).isEqualTo(new Workshop.Ended(7, "one\n" + "x".repeat(600_000), "wrong\n"));
        }
    }

    @Test
    void printsEachFrameAsItComes() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = run("jobs", "--follow");
            try (Talk talk = node.accept()) {
                command(talk);
                print(talk, 1, "one\n");
                while (Files.size(running.out()) == 0)
                    Thread.onSpinWait();
                running.signal("TERM"); // the caller may have had SIGINT ignored
                talk.awaitHangUp();
            }
            assertThat(running.end()).isEqualTo(new Workshop.Ended(128 + 15, "one\n", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node --slots 3", "mesh create", "doctor", "top", "toolchain add gcc",
            "toolchain", "cache", "nonsense", "run", "explain",
            "explain --", "run --version", "explain --json --json -- gcc", "explain -- gcc @file", "nodes @file",
            "nodes --socket", "nodes --socket=",
            "--version --help", "-x", "jobs --socket a --socket b"})
    void leavesToJavaWhatDoesNotRunInTheNode(String text) throws Exception {
        try (ScriptedNode node = shop.node()) {
            assertThat(run(text.split(" ")).end()).isEqualTo(becomes("java", text.split(" ")));
            assertThat(node.isIdle()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --help", "doctor -h", "mesh create --help", "explain --help", "--help"})
    void asksTheNodeForHelp(String text) throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = run(text.split(" "));
            try (Talk talk = node.accept()) {
                assertThat(command(talk).words()).containsExactly(text.split(" "));
                print(talk, 1, "Usage");
                talk.exit(0);
            }
            assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "Usage", ""));
        }
    }

    @Test
    void leavesToTheWrapperTheHelpOfItsCommand() throws Exception {
        assertThat(run("run", "make", "--help").end()).isEqualTo(becomes("floe-cc", "--floe-build", "make", "--help"));
        assertThat(run("explain", "gcc", "--help").end()).isEqualTo(becomes("floe-cc", "gcc", "--help"));
    }

    @Test
    void leavesToJavaALineThatIsLong() throws Exception {
        try (ScriptedNode node = shop.node()) {
            String[] words = Stream.concat(Stream.of("nodes"), Stream.generate(() -> "x".repeat(1000)).limit(100))
                    .toArray(String[]::new);
            assertThat(run(words).end()).isEqualTo(becomes("java", words));
            assertThat(node.isIdle()).isTrue();
        }
    }

    @Test
    void leavesABuildToTheWrapper() throws Exception {
        assertThat(run("run", "--max", "3", "make", "a b", "").end())
                .isEqualTo(becomes("floe-cc", "--floe-build", "--max", "3", "make", "a b", ""));
    }

    @Test
    void leavesAnExplanationToTheWrapper() throws Exception {
        Path wrapper = floe.resolveSibling("floe-cc");
        Files.writeString(wrapper,
                "#!/bin/sh\nprintf '<%s>' \"$FLOE_MODE\" \"$FLOE_EXPLAIN\" \"$FLOE_SOCKET\" \"$@\"\n");
        String socket = directory.resolve("node.sock").toString();
        assertThat(run("explain", "gcc", "-c", "a b", "--json").end())
                .isEqualTo(becomes("explain", "", socket, "gcc", "-c", "a b", "--json"));
        for (List<String> option : List.of(List.of("--socket", "/s"), List.of("--socket=/s"))) {
            List<String> words = new ArrayList<>(List.of("explain", "--json"));
            words.addAll(option);
            words.addAll(List.of("--", "gcc", "-c", "--", "a"));
            assertThat(run(words.toArray(String[]::new)).end())
                    .isEqualTo(becomes("explain", "json", "/s", "gcc", "-c", "--", "a"));
        }
    }

    @Test
    void isJavaIfTheUserWantsThat() throws Exception {
        shop.with("FLOE_CLIENT", "java");
        assertThat(run("nodes").end()).isEqualTo(becomes("java", "nodes"));
        assertThat(run("run", "make").end()).isEqualTo(becomes("floe-cc", "--floe-build", "make"));
    }

    @Test
    void isFoundThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(shop.work().resolve("f"), floe);
        assertThat(shop.start(link.toString(), "doctor").end()).isEqualTo(becomes("java", "doctor"));
    }

    @Test
    void saysThatNoNodeIsThere() throws Exception {
        Path socket = directory.resolve("node.sock");
        for (String words : List.of("nodes", "stats --json", "jobs --steps --json --follow", "cache clear"))
            assertThat(run(words.split(" ")).end())
                    .isEqualTo(fails("no node answers at " + socket + "; start one with: floe node"));
        assertThat(run("nodes", "--socket", "/nowhere/x").end())
                .isEqualTo(fails("no node answers at /nowhere/x; start one with: floe node"));
        assertThat(run("nodes", "--socket=/nowhere/x").end())
                .isEqualTo(fails("no node answers at /nowhere/x; start one with: floe node"));
        shop.node().abandon();
        assertThat(run("nodes").end()).isEqualTo(fails("no node answers at " + socket
                + ": the one that listened there has ended, or is still starting; start one with: floe node"));
    }

    /** Only Java knows whether the words are right. */
    @ParameterizedTest
    @ValueSource(strings = {"nodes --help", "nodes more", "jobs --folow", "stats --json --json", "trace x", "jobs -",
            "builds -n 3", "cache evict KEY", "capacity", "capacity --json", "--help",
            "node --help", "mesh create -h", "run --help", "explain -h"})
    void leavesToJavaWhatItCannotJudgeWithoutANode(String text) throws Exception {
        assertThat(run(text.split(" ")).end()).isEqualTo(becomes("java", text.split(" ")));
    }

    @Test
    void findsTheSocketWithoutAVariableForIt() throws Exception {
        Path runtime = shop.directory("runtime/floe");
        shop.without("FLOE_SOCKET").with("XDG_RUNTIME_DIR", runtime.getParent().toString());
        assertThat(run("nodes").end().err()).contains("no node answers at " + runtime.resolve("node.sock") + ";");
        try (var node = new ScriptedNode(runtime.resolve("node.sock"))) {
            var running = run("nodes");
            try (Talk talk = node.accept()) {
                command(talk);
                talk.exit(0);
            }
            assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "", ""));
        }
    }

    @Test
    void becomesJavaIfTheNodeDeclines() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = run("nodes");
            try (Talk talk = node.accept()) {
                command(talk);
                talk.send(Frame.ALIVE);
                talk.send(DECLINED);
                assertThat(running.end()).isEqualTo(becomes("java", "nodes"));
            }
        }
    }

    /** A node of an earlier release hangs up at the first frame; it knows the requests of Java. */
    @Test
    void becomesJavaIfTheNodeDoesNotKnowTheProtocol() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = run("nodes");
            try (Talk talk = node.accept()) {
                command(talk);
            }
            assertThat(running.end()).isEqualTo(becomes("java", "nodes"));
        }
    }

    @Test
    void saysThatTheNodeWentAway() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = run("nodes");
            try (Talk talk = node.accept()) {
                command(talk);
                print(talk, 1, "half\n");
            }
            assertThat(running.end()).isEqualTo(new Workshop.Ended(1, "half\n", "floe: the node at " + node.socket()
                    + " went away before it had answered; its log says why\n"));
        }
    }

    @Test
    void saysThatTheNodeIsFrozen() throws Exception {
        shop.with("FLOE_SILENCE_MS", "100");
        try (ScriptedNode node = shop.node()) {
            for (String sent : List.of("", "half\n")) {
                var running = run("nodes");
                try (Talk talk = node.accept()) {
                    command(talk);
                    if (!sent.isEmpty())
                        print(talk, 1, sent);
                    var ended = running.end();
                    assertThat(ended.code()).isEqualTo(1);
                    assertThat(ended.out()).isEqualTo(sent);
                    assertThat(ended.err()).startsWith("floe: the node at " + node.socket()
                            + " is there but does not answer (nothing for 0 s): it is stopped (SIGSTOP");
                }
            }
        }
    }

    @Test
    void saysThatANodeIsFrozenWhoseBacklogIsFull() throws Exception {
        shop.with("FLOE_SILENCE_MS", "100");
        try (var node = new ScriptedNode(directory.resolve("node.sock"), 1)) {
            var waiting = new ArrayList<SocketChannel>();
            boolean full = false;
            while (!full) {
                var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                waiting.add(channel);
                channel.configureBlocking(false);
                full = isRefused(channel, node.socket());
            }
            assertThat(run("nodes").end().err()).contains("is there but does not answer");
            for (var channel : waiting)
                channel.close();
        }
    }

    private static boolean isRefused(SocketChannel channel, Path socket) {
        try {
            return !channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return true;
        }
    }

    /** Capacity without a node is the number of cores, which Java knows. */
    @Test
    void becomesJavaIfThatCanAnswerForAFrozenNode() throws Exception {
        shop.with("FLOE_SILENCE_MS", "100");
        try (ScriptedNode node = shop.node()) {
            var running = run("capacity");
            try (Talk talk = node.accept()) {
                command(talk);
                assertThat(running.end()).isEqualTo(becomes("java", "capacity"));
            }
        }
    }

    @Test
    void givesUpANodeThatSendsNonsense() throws Exception {
        for (Payload payload : List.of(Payload.of().u32(0xffffffffL).u8(Frame.PRINT), frame(99, Payload.of()),
                frame(Frame.PRINT, Payload.of()), frame(Frame.PRINT, Payload.of().u8(3)),
                frame(Frame.EXIT, Payload.of().u32(256)), frame(Frame.EXIT, Payload.of().u32(0).u8(0)),
                frame(Frame.ALIVE, Payload.of().u8(0)))) {
            try (ScriptedNode node = shop.node()) {
                var running = run("nodes");
                try (Talk talk = node.accept()) {
                    command(talk);
                    print(talk, 2, "");
                    talk.sendRaw(payload.bytes());
                    talk.awaitHangUp();
                }
                assertThat(running.end().code()).isEqualTo(1);
            }
        }
    }

    private static Payload frame(int type, Payload payload) {
        return Payload.of().u32(payload.bytes().length).u8(type).raw(payload.bytes());
    }

    @Test
    void endsQuietlyIfNobodyReads() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = shop.start("/bin/bash", "-c",
                    "'" + floe + "' jobs | head -n 1; echo ${PIPESTATUS[*]}");
            try (Talk talk = node.accept()) {
                command(talk);
                byte[] lines = "line\n".repeat(20_000).getBytes();
                assertThat(isHungUp(talk, lines)).isTrue();
            }
            var ended = running.end();
            assertThat(ended.err()).isEmpty();
            assertThat(ended.out()).isIn("line\n141 0\n", "line\n1 0\n");
        }
    }

    /** Sends lines until the client is gone. */
    private static boolean isHungUp(Talk talk, byte[] lines) {
        try {
            while (true)
                talk.send(Frame.PRINT, Payload.of().u8(1).raw(lines));
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void saysThatTheOutputCannotBeWritten() throws Exception {
        for (String into : List.of(">/dev/full", ">&-")) {
            try (ScriptedNode node = shop.node()) {
                var running = shop.shell("'" + floe + "' nodes " + into);
                try (Talk talk = node.accept()) {
                    command(talk);
                    print(talk, 1, "one\n");
                    talk.awaitHangUp();
                }
                var ended = running.end();
                assertThat(ended.code()).isEqualTo(1);
                assertThat(ended.err()).startsWith("floe: cannot write the output: ");
            }
        }
    }

    @Test
    void passesBytesThatAreNoText() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = shop.shell("'" + floe + "' trace \"$(printf 'a\\377')\"");
            try (Talk talk = node.accept()) {
                ByteBuffer payload = talk.read(COMMAND).payload();
                byte[] bytes = Arrays.copyOf(payload.array(), payload.limit());
                assertThat(bytes).containsSequence('a', 0xff);
                talk.exit(0);
            }
            assertThat(running.end().code()).isZero();
        }
    }

    @Test
    void hasItsVersionWithoutANode() throws Exception {
        for (String option : List.of("--version", "-V"))
            assertThat(run(option).end()).satisfies(ended -> {
                assertThat(ended.code()).isZero();
                assertThat(ended.out()).matches("floe \\S+\n");
                assertThat(ended.err()).isEmpty();
            });
    }

    @Test
    void showsTheNodesVersionIfThatIsAnother() throws Exception {
        String own = run("--version").end().out();
        shop.with("FLOE_SILENCE_MS", "100000");
        for (String theirs : List.of(own, "floe 99.1\n", "floe\u001b[2J\n")) {
            try (ScriptedNode node = shop.node()) {
                var running = run("--version");
                try (Talk talk = node.accept()) {
                    assertThat(command(talk).words()).containsExactly("--version");
                    print(talk, 1, theirs);
                }
                assertThat(running.end()).isEqualTo(new Workshop.Ended(0, theirs.contains("99")
                        ? own + "the node at " + node.socket() + " is floe 99.1\n"
                        : own, ""));
            }
        }
    }

    @Test
    void hasItsVersionIfTheNodeIsFrozen() throws Exception {
        String own = run("--version").end().out();
        try (ScriptedNode _ = shop.node()) {
            assertThat(run("--version").end()).isEqualTo(new Workshop.Ended(0, own, ""));
        }
    }
}

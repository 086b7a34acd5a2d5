package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the node does, the object is the real compiler's. */
final class WrapperFallbackTest {
    @TempDir
    Path directory;
    private Workshop shop;
    private byte[] plain;

    @BeforeEach
    void compilePlainly() throws Exception {
        shop = new Workshop(directory);
        shop.write("a.c", "#include <stdio.h>\nint f(int x) { printf(\"%d\", x); return x; }\n");
        assertThat(shop.start("gcc", "-O2", "-c", "a.c", "-o", "plain.o").end().code()).isZero();
        plain = Files.readAllBytes(shop.work().resolve("plain.o"));
        Files.delete(shop.work().resolve("plain.o"));
    }

    private Workshop.Running compile() throws IOException {
        return shop.floe("gcc", "-O2", "-c", "a.c", "-o", "a.o");
    }

    private void assertPlain(Workshop.Running running) throws Exception {
        assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "", ""));
        assertThat(shop.names()).containsExactly("a.c", "a.o");
        assertThat(shop.work().resolve("a.o")).hasBinaryContent(plain);
    }

    @Test
    void withoutANode() throws Exception {
        assertPlain(compile());
        assertPlain(shop.with("FLOE_SOCKET", directory + "/" + "deep/".repeat(50) + "node.sock"));
        assertThat(shop.with("FLOE_SOCKET", "/nowhere/node.sock").with("FLOE_VERBOSE", "1").floe("true").end().err())
                .isEqualTo("floe-cc: compiling here: no node at /nowhere/node.sock: No such file or directory\n");
    }

    private void assertPlain(Workshop changed) throws Exception {
        assertThat(changed).isSameAs(shop);
        assertPlain(compile());
    }

    @Test
    void whenASocketIsLeftBehindOrIsNoSocket() throws Exception {
        Path socket = directory.resolve("node.sock");
        Files.writeString(socket, "");
        assertPlain(compile());
        Files.delete(socket);
        shop.node().abandon();
        assertThat(socket).exists();
        assertPlain(compile());
    }

    @Test
    void findsTheSocketUnderTheRuntimeDirectory() throws Exception {
        Path runtime = shop.directory("r".repeat(120));
        Files.createDirectory(runtime.resolve("floe"));
        Path inside = Files.createSymbolicLink(directory.resolve("s"), runtime.resolve("floe"));
        shop.without("FLOE_SOCKET").with("XDG_RUNTIME_DIR", runtime.toString());
        try (var node = new ScriptedNode(inside.resolve("node.sock"))) {
            var running = compile();
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.exit(33);
            }
            assertThat(running.end().code()).isEqualTo(33);
        }
    }

    @Test
    void whenTheNodeDiesInTheMiddleOfAnOutput() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = compile();
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.send(Frame.PRINT, Payload.of().u8(2).raw(new byte[100]));
                talk.sendFile("a.o", 0600, Frame.AS, new byte[700_000]);
                talk.awaitIdle();
                byte[] frame = Payload.of().u32(1 << 20).u8(Frame.CHUNK).raw(new byte[1 << 20]).bytes();
                talk.sendRaw(Arrays.copyOf(frame, frame.length / 2));
            }
            assertPlain(running);
        }
    }

    @Test
    void whenTheNodeDiesAfterCommit() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = compile();
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.sendFile("a.o", 0644, Frame.AS, new byte[10]);
                assertThat(talk.commit()).isZero();
            }
            assertPlain(running);
        }
    }

    @Test
    void whenTheNodeFallsSilent() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = shop.with("FLOE_SILENCE_MS", "100").with("FLOE_VERBOSE", "1").floe("true");
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.send(Frame.ALIVE);
                talk.awaitHangUp();
            }
            assertThat(running.end()).isEqualTo(
                    new Workshop.Ended(0, "", "floe-cc: compiling here: the node said nothing for 100 ms\n"));
        }
    }

    @Test
    void whenTheNodeStopsReading() throws Exception {
        Files.write(shop.work().resolve("large"), new byte[8_000_000]);
        try (ScriptedNode node = shop.node()) {
            var running = shop.with("FLOE_SILENCE_MS", "100").floe("gcc", "--version");
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.send(Frame.READ, Payload.of().str("large"));
                assertThat(running.end().out()).startsWith("gcc");
            }
        }
    }

    @Test
    void whenTheBacklogStaysFull() throws Exception {
        try (var node = new ScriptedNode(directory.resolve("node.sock"), 1)) {
            var waiting = new ArrayList<SocketChannel>();
            boolean full = false;
            while (!full) {
                var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                waiting.add(channel);
                channel.configureBlocking(false);
                full = isRefused(channel, node.socket());
            }
            assertPlain(compile());
            for (var channel : waiting)
                channel.close();
        }
    }

    @Test
    void whenTheBacklogEmptiesInTime() throws Exception {
        try (var node = new ScriptedNode(directory.resolve("node.sock"), 1)) {
            Thread.ofPlatform().daemon().start(() -> answerAll(node));
            var running = new ArrayList<Workshop.Running>();
            for (int i = 0; i < 12; i++)
                running.add(shop.floe("false"));
            for (var each : running)
                assertThat(each.end().code()).isEqualTo(50);
        }
    }

    /** Takes each wrapper at once, until the node is closed. */
    private static void answerAll(ScriptedNode node) {
        try {
            while (true) {
                Talk talk = node.accept();
                Thread.ofPlatform().daemon().start(() -> {
                    try (talk) {
                        talk.hello();
                        talk.exit(50);
                    } catch (IOException _) {
                        // the wrapper has given up, which its exit code shows
                    }
                });
            }
        } catch (IOException _) {
            // the test has ended
        }
    }

    private static boolean isRefused(SocketChannel channel, Path socket) {
        try {
            return !channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x01, 0x20, 0x25, 0x7f, 0xff})
    void whenAFrameIsUnknown(int type) throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = compile();
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.send(type);
                talk.awaitHangUp();
            }
            assertPlain(running);
        }
    }

    @Test
    void whenAFrameIsWrongWithin() throws Exception {
        byte[] zero = {'a', 0, 'b'};
        var wrong = List.of(Payload.of().u32(0xffffffffL).u8(Frame.PRINT), frame(Frame.CHUNK, Payload.of().u8(1)),
                frame(Frame.PRINT, Payload.of().u8(3).u8(1)), frame(Frame.PRINT, Payload.of()),
                frame(Frame.EXIT, Payload.of().u32(256)), frame(Frame.EXIT, Payload.of().u32(0).u8(0)),
                frame(Frame.EXEC, Payload.of().u8(8)), frame(Frame.EXEC, Payload.of().u8(4)),
                frame(Frame.STAT, Payload.of().u32(1)),
                frame(Frame.STAT, Payload.of().u32(1).u32(0xffffffffL)), frame(Frame.READ, Payload.of().str(zero)),
                frame(Frame.OPEN, Payload.of().str("a.o").u32(0644).u8(3)),
                frame(Frame.OPEN, Payload.of().str("a.o").u32(0644)),
                frame(Frame.RUN, Payload.of().str("/bin/true").u32(0).str("").u32(0).u64(1)),
                frame(Frame.RUN, Payload.of().str("/bin/true").u32(0xfffffff0L)),
                frame(Frame.ALIVE, Payload.of().u8(0)));
        for (Payload payload : wrong) {
            try (ScriptedNode node = shop.node()) {
                var running = compile();
                try (Talk talk = node.accept()) {
                    talk.hello();
                    talk.sendRaw(payload.bytes());
                    talk.awaitHangUp();
                }
                assertPlain(running);
            }
        }
    }

    private static Payload frame(int type, Payload payload) {
        return Payload.of().u32(payload.bytes().length).u8(type).raw(payload.bytes());
    }
}

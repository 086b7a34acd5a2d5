package dev.floe.command.wrapper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each frame that a node can send, against the wrapper itself. */
final class WrapperFramesTest {
    private static final int ENOENT = 2, EISDIR = 21, EINVAL = 22;

    @TempDir
    Path directory;
    private Workshop shop;
    private ScriptedNode node;

    @BeforeEach
    void open() throws IOException {
        shop = new Workshop(directory);
        node = shop.node();
    }

    @AfterEach
    void close() throws IOException {
        node.close();
    }

    @Test
    void saysHelloWithAllThatTheNodeNeeds() throws Exception {
        shop.with("FLOE_MODE", "remote").with("FLOE_NODE", "attic").with("TABS", "a\tb").through("/bin/sh", "-c",
                "umask 027; exec \"$0\" \"$@\"");
        var running = shop.floe("gcc", "-c", "größe.c", "");
        try (Talk talk = node.accept()) {
            Frame.Hello hello = talk.hello();
            talk.exit(0);
            assertThat(hello.magic()).isEqualTo(0x464c4f45);
            assertThat(hello.version()).isEqualTo(4);
            assertThat(hello.flags()).as("no terminals here; it passes its root and takes contents").isEqualTo(16 | 32);
            assertThat(hello.umask()).isEqualTo(027);
            assertThat(hello.mode()).isEqualTo("remote");
            assertThat(hello.node()).isEqualTo("attic");
            assertThat(hello.compiler()).isEqualTo("/usr/bin/gcc");
            assertThat(hello.directory()).isEqualTo(shop.work().toRealPath().toString());
            assertThat(hello.argv()).containsExactly("gcc", "-c", "größe.c", "");
            assertThat(hello.environment()).contains("TABS=a\tb", "FLOE_MODE=remote");
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void tellsItsSessionAndWhenThatBegan() throws Exception {
        var running = shop.through("/usr/bin/setsid", "--wait", "/bin/sh", "-c",
                "cat /proc/$$/stat >session; \"$0\" \"$@\"; exit $?").floe("gcc", "-c", "x.c");
        try (Talk talk = node.accept()) {
            Frame.Hello hello = talk.hello();
            talk.exit(0);
            String leader = Files.readString(shop.work().resolve("session"));
            String[] fields = leader.substring(leader.lastIndexOf(')') + 2).split(" ");
            assertThat(hello.session()).isEqualTo(Integer.parseInt(leader.split(" ")[0]));
            assertThat(hello.sessionStart()).isEqualTo(Long.parseLong(fields[22 - 3])).isPositive();
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void statsPathsInOrderWithoutFollowingLinks() throws Exception {
        Path file = shop.write("a.c", "int a;\n");
        Files.createSymbolicLink(shop.work().resolve("link"), Path.of("to/nowhere"));
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.send(Frame.STAT, Payload.of().list(List.of("a.c", "absent", "link", "x".repeat(5000), "a.c/below")));
            Frame answer = talk.read(Frame.STATS);
            assertThat(answer.payload().getInt()).isEqualTo(5);
            Frame.Stat stat = answer.stat();
            assertThat(answer.str()).isEmpty();
            assertThat(stat.size()).isEqualTo(7);
            assertThat(stat.ino()).isEqualTo(Files.getAttribute(file, "unix:ino"));
            assertThat(stat.mtime()).isEqualTo(Files.getLastModifiedTime(file).toInstant().getEpochSecond());
            assertThat(stat.mtimeNanos()).isEqualTo(Files.getLastModifiedTime(file).toInstant().getNano());
            assertThat(stat.mode()).isEqualTo(Files.getAttribute(file, "unix:mode"));
            assertThat(answer.stat()).isEqualTo(new Frame.Stat(ENOENT, 0, 0, 0, 0, 0, 0, 0, 0));
            assertThat(answer.str()).isEmpty();
            assertThat(answer.stat().mode() & 0170000).as("kind of file").isEqualTo(0120000);
            assertThat(answer.str()).isEqualTo("to/nowhere");
            assertThat(answer.stat().errno()).as("name too long").isEqualTo(36);
            assertThat(answer.str()).isEmpty();
            assertThat(answer.stat().errno()).as("not a directory").isEqualTo(20);
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void readsFilesOfAnySize() throws Exception {
        byte[] large = new byte[5_000_003];
        new Random(1).nextBytes(large);
        Files.write(shop.work().resolve("large"), large);
        shop.write("empty", "");
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.send(Frame.READ, Payload.of().str("large"));
            Frame.Stat before = talk.read(Frame.FILE).stat();
            assertThat(talk.readChunks(large.length)).isEqualTo(large);
            assertThat(talk.read(Frame.END).stat()).isEqualTo(before);
            assertThat(before.size()).isEqualTo(large.length);
            for (String name : List.of("empty", "/dev/null")) {
                talk.send(Frame.READ, Payload.of().str(name));
                assertThat(talk.read(Frame.FILE).stat().errno()).isZero();
                assertThat(talk.read(Frame.END).stat().errno()).isZero();
            }
            for (var refused : Map.of("absent", ENOENT, ".", EISDIR, "/dev/zero", EINVAL).entrySet()) {
                talk.send(Frame.READ, Payload.of().str(refused.getKey()));
                assertThat(talk.read(Frame.FILE).stat().errno()).as(refused.getKey()).isEqualTo(refused.getValue());
            }
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void writesSeveralFilesAtCommitAndNoneBefore() throws Exception {
        byte[] large = new byte[3_000_001];
        new Random(2).nextBytes(large);
        Files.createDirectory(shop.work().resolve("deep"));
        String longest = "n".repeat(255);
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.sendFile("a.o", 0640, Frame.AS, large);
            talk.sendFile("deep/" + longest, 0755, Frame.THROUGH, "text".getBytes(UTF_8));
            talk.sendFile(shop.work().resolve("empty.su"), 0644, Frame.THROUGH, new byte[0]);
            talk.awaitIdle();
            assertThat(shop.names()).hasSize(3).doesNotContain("a.o", "empty.su")
                    .anyMatch(name -> name.startsWith(".floe-"));
            assertThat(talk.commit()).isZero();
            assertThat(shop.names()).containsExactly("a.o", "deep", "empty.su");
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
        assertThat(shop.work().resolve("a.o")).hasBinaryContent(large);
        assertThat(shop.work().resolve("deep").resolve(longest)).hasContent("text");
        assertThat(permissions("a.o")).isEqualTo("rw-r-----");
        assertThat(permissions("deep/" + longest)).isEqualTo("rwxr-xr-x");
        assertThat(shop.work().resolve("empty.su")).isEmptyFile();
    }

    @Test
    void discardsWhatIsNotCommitted() throws Exception {
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.sendFile("a.o", 0644, Frame.AS, new byte[100]);
            talk.send(Frame.DISCARD);
            talk.awaitIdle();
            assertThat(shop.names()).isEmpty();
            talk.sendFile("b.o", 0644, Frame.AS, new byte[100]);
            talk.exit(3);
        }
        assertThat(running.end().code()).isEqualTo(3);
        assertThat(shop.names()).isEmpty();
    }

    @Test
    void commitsNothingIfOneFileCannotBeWritten() throws Exception {
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.sendFile("a.o", 0644, Frame.AS, new byte[100]);
            talk.sendFile("nowhere/b.o", 0644, Frame.AS, new byte[2_000_000]);
            talk.send(Frame.COMMIT);
            Frame done = talk.read(Frame.DONE);
            assertThat(done.payload().getInt()).isEqualTo(ENOENT);
            assertThat(done.str()).isEqualTo("nowhere/b.o");
            assertThat(shop.names()).isEmpty();
            talk.exit(1);
        }
        assertThat(running.end().code()).isEqualTo(1);
    }

    @Test
    void reportsAFullDisk() throws Exception {
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.sendFile("/dev/full", 0644, Frame.THROUGH, new byte[100]);
            assertThat(talk.commit()).as("no space left").isEqualTo(28);
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void staysSmallWhateverTheSizeOfAnOutput() throws Exception {
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.sendFile("large.o", 0644, Frame.AS, new byte[64 << 20]);
            talk.send(Frame.READ, Payload.of().str("/proc/self/status"));
            talk.read(Frame.FILE);
            String status = new String(talk.read(Frame.CHUNK).rest(), UTF_8);
            String peak = status.lines().filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow();
            assertThat(Integer.parseInt(peak.replaceAll("[^0-9]", ""))).as("peak memory, KiB").isLessThan(4096);
            talk.read(Frame.END);
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void saysWhatIsATerminal() throws Exception {
        var running = shop.start("script", "--quiet", "--return", "--command", shop.floe() + " gcc 2>/dev/null",
                "/dev/null");
        try (Talk talk = node.accept()) {
            int abilities = 16 | 32; // it passes its root, and takes contents by descriptor
            assertThat(talk.hello().flags()).as("standard output and input").isEqualTo(5 | abilities);
            talk.exit(6);
        }
        assertThat(running.end().code()).isEqualTo(6);
    }

    @Test
    void printsOnlyAtTheEndAndInOrder() throws Exception {
        var running = shop.shell("exec " + shop.floe() + " gcc 2>&1");
        String much = "warning\n".repeat(200_000);
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.send(Frame.PRINT, Payload.of().u8(2).raw("one ".getBytes(UTF_8)));
            talk.send(Frame.PRINT, Payload.of().u8(1).raw("two ".getBytes(UTF_8)));
            talk.send(Frame.PRINT, Payload.of().u8(2).raw("three ".getBytes(UTF_8)));
            talk.send(Frame.PRINT, Payload.of().u8(2).raw(much.getBytes(UTF_8)));
            talk.send(Frame.ALIVE);
            talk.awaitIdle();
            assertThat(running.out()).isEmptyFile();
            talk.exit(42);
        }
        var ended = running.end();
        assertThat(ended.out()).isEqualTo("one two three " + much);
        assertThat(ended.code()).isEqualTo(42);
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions
                .toString(Files.getPosixFilePermissions(shop.work().resolve(name), LinkOption.NOFOLLOW_LINKS));
    }
}

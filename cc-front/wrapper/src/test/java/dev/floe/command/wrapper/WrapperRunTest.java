package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RUN: programs that the wrapper runs for the node. */
final class WrapperRunTest {
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

    private record Ran(int errno, int code, String out, String err) {}

    private static Payload shell(String script, long most) {
        return Payload.of().str("/bin/sh").list(List.of("sh", "-c", script)).str("").list(List.of("WHO=floe"))
                .u64(most);
    }

    private static Ran run(Talk talk, Payload payload) throws IOException {
        talk.send(Frame.RUN, payload);
        Frame ran = talk.read(Frame.RAN);
        int errno = ran.payload().getInt();
        int code = ran.payload().getInt();
        ran.payload().getLong();
        ran.payload().getLong();
        long out = ran.payload().getLong();
        long err = ran.payload().getLong();
        return new Ran(errno, code, new String(talk.readChunks(out), StandardCharsets.UTF_8),
                new String(talk.readChunks(err), StandardCharsets.UTF_8));
    }

    @Test
    void gathersOutputErrorAndCode() throws Exception {
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            assertThat(run(talk, shell("echo $WHO; echo bad >&2; cat; exit 3", 100)))
                    .isEqualTo(new Ran(0, 3, "floe\n", "bad\n"));
            assertThat(run(talk, shell("kill -9 $$", 100))).isEqualTo(new Ran(0, 137, "", ""));
            assertThat(run(talk, Payload.of().str("/nowhere").list(List.of("x")).str("").u32(0).u64(1)))
                    .isEqualTo(new Ran(2, 0, "", ""));
            assertThat(
                    run(talk, Payload.of().str("/bin/pwd").list(List.of("pwd")).str("/usr/bin").u32(0).u64(100)).out())
                    .isEqualTo("/usr/bin\n");
            talk.exit(0);
        }
        assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "", ""));
    }

    @Test
    void gathersMuchFromBothWithoutBlocking() throws Exception {
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            Ran ran = run(talk, shell("head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero", 6_000_000));
            assertThat(ran.code()).isZero();
            assertThat(ran.out()).hasSize(3_000_000);
            assertThat(ran.err()).hasSize(3_000_000);
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void endsAProgramThatPrintsTooMuch() throws Exception {
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            assertThat(run(talk, shell("trap '' TERM; yes", 100_000))).isEqualTo(new Ran(0, -1, "", ""));
            assertThat(run(talk, shell("printf 12345", 5)).out()).isEqualTo("12345");
            assertThat(run(talk, shell("printf 123456", 5)).code()).isEqualTo(-1);
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
    }

    /** Such as a compiler cache that starts its server on the first compile. */
    @Test
    void doesNotWaitForADaemonThatHoldsTheOutput() throws Exception {
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            Ran ran = run(talk, shell("sleep 1000 & echo $!", 100));
            assertThat(ran.code()).isZero();
            assertThat(ProcessHandle.of(Long.parseLong(ran.out().strip())).map(ProcessHandle::destroy)).contains(true);
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void keepsItsSocketAndFilesFromTheProgram() throws Exception {
        Workshop.build("probe.c", directory.resolve("probe"));
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.sendFile("a.o", 0644, Frame.AS, new byte[1000]);
            Ran ran = run(talk,
                    Payload.of().str(directory.resolve("probe")).list(List.of("probe")).str("").u32(0).u64(10000));
            assertThat(ran.out().lines().filter(line -> line.startsWith("descriptor"))).containsExactly("descriptor 0",
                    "descriptor 1", "descriptor 2");
            talk.exit(0);
        }
        assertThat(running.end().code()).isZero();
    }

    @Test
    void endsTheProgramWhenTheNodeDies() throws Exception {
        Path pipe = shop.work().resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        var running = shop.floe("gcc", "--version");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.send(Frame.RUN, shell("exec 3> " + pipe + "; echo here >&3; exec sleep 1000", 100));
            try (var reader = Files.newBufferedReader(pipe)) {
                assertThat(reader.readLine()).isEqualTo("here");
                talk.close();
                assertThat(reader.readLine()).as("the pipe's end").isNull();
            }
        }
        assertThat(running.end().out()).startsWith("gcc");
    }
}

package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real compiler finds when the wrapper has become it: what it would have found without. */
final class WrapperExecTest {
    @TempDir
    Path directory;
    private Workshop shop;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        shop = new Workshop(directory);
        Workshop.build("probe.c", shop.directory("bin").resolve("gcc"));
        shop.with("PATH", directory.resolve("bin") + ":/usr/bin:/bin");
    }

    private static List<String> apartFromMarks(Workshop.Ended ended) {
        return ended.out().lines()
                .filter(line -> !line.startsWith("variable FLOE_LEVEL=") && !line.startsWith("variable FLOE_PAST=")
                        && !line.startsWith("variable _="))
                .toList();
    }

    private void assertSameAsPlain(String script) throws Exception {
        var plain = shop.shell(script.replace("FLOE ", "")).end();
        assertThat(plain.out()).contains("argument gcc");
        try (ScriptedNode node = shop.node()) {
            var running = shop.shell(script.replace("FLOE ", shop.floe() + " "));
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.sendFile("x.o", 0644, Frame.AS, new byte[10]);
                talk.send(Frame.PRINT, Payload.of().u8(1).raw(new byte[10]));
                talk.exec(0);
                talk.awaitHangUp();
            }
            var wrapped = running.end();
            assertThat(apartFromMarks(wrapped)).isEqualTo(apartFromMarks(plain));
            assertThat(wrapped.code()).isEqualTo(plain.code());
            assertThat(shop.names()).isEmpty();
        }
        var withoutNode = shop.shell(script.replace("FLOE ", shop.floe() + " ")).end();
        assertThat(apartFromMarks(withoutNode)).isEqualTo(apartFromMarks(plain));
        assertThat(withoutNode.code()).isEqualTo(plain.code());
        assertThat(withoutNode.err()).isEqualTo(plain.err());
    }

    @Test
    void argumentsEnvironmentAndUmask() throws Exception {
        assertSameAsPlain("umask 013; A='x y' B= FLOE gcc -c 'a b.c' '' '*'");
    }

    @Test
    void argumentsThatAreNoText() throws Exception {
        assertSameAsPlain("FLOE gcc -c \"$(printf '\\377\\001\\n.c')\"");
    }

    @Test
    void openDescriptorsSuchAsAJobserver() throws Exception {
        assertSameAsPlain("exec FLOE gcc 3</dev/null 4>/dev/null 9>&1");
    }

    @Test
    void signalsIgnoredAndBlocked() throws Exception {
        assertSameAsPlain("exec env --ignore-signal=HUP,CHLD --block-signal=USR1,TERM --default-signal=PIPE FLOE gcc");
        assertSameAsPlain("exec env --ignore-signal=PIPE,INT,XFSZ --default-signal=QUIT FLOE gcc");
    }

    @Test
    void emptyEnvironment() throws Exception {
        assertSameAsPlain("exec env -i PATH=$PATH FLOE_SOCKET=$FLOE_SOCKET FLOE gcc");
        var ended = shop.shell("exec env -i FLOE_SOCKET=/nowhere " + shop.floe() + " gcc --version").end();
        assertThat(ended.out()).as("the system's gcc, without PATH").contains("Free Software Foundation");
    }

    @Test
    void deletedWorkingDirectory() throws Exception {
        assertSameAsPlain("mkdir gone; cd gone; rmdir ../gone; exec FLOE gcc -c a.c");
    }

    @Test
    void closedDescriptorsWithoutAskingTheNode() throws Exception {
        try (ScriptedNode node = shop.node()) {
            for (String closed : List.of("<&-", "2>&-", "<&- 2>&-", ">&-", "<&- >&- 2>&-")) {
                var plain = shop.shell("exec gcc " + closed).end();
                var wrapped = shop.shell("exec " + shop.floe() + " gcc " + closed).end();
                assertThat(apartFromMarks(wrapped)).as(closed).isEqualTo(apartFromMarks(plain));
                assertThat(wrapped.code()).as(closed).isEqualTo(plain.code());
            }
            assertThat(node.isIdle()).isTrue();
        }
    }

    @Test
    void keepsTheSocketOpenAndHighIfTheNodeWantsItSo() throws Exception {
        try (ScriptedNode node = shop.node()) {
            Path pipe = directory.resolve("pipe");
            assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
            Files.writeString(shop.directory("bin").resolve("slow"), "#!/bin/sh\ncat " + pipe + "; exec gcc\n").toFile()
                    .setExecutable(true);
            var running = shop.floe("slow");
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.exec(Frame.KEEP_SOCKET);
                Files.writeString(pipe, "go\n");
                talk.awaitHangUp();
                assertThat(running.end().lines("descriptor")).containsExactly("0", "1", "2", "200");
            }
            assertThat(running.end().code()).isEqualTo(7);
        }
    }

    @Test
    void leavesAWrapperBelowOutOfItIfTheNodeWantsItSo() throws Exception {
        try (ScriptedNode node = shop.node()) {
            Files.writeString(shop.directory("bin").resolve("outer"),
                    "#!/bin/sh\nexec " + shop.floe() + " gcc \"$@\"\n").toFile()
                    .setExecutable(true);
            var running = shop.floe("outer", "-c");
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.exec(Frame.MARK_ACTIVE);
            }
            assertThat(running.end().lines("argument")).containsExactly("gcc", "-c");
            assertThat(node.isIdle()).isTrue();
        }
    }

    @Test
    void tellsAWrapperBelowTheTurnThatTheNodeNames() throws Exception {
        try (ScriptedNode node = shop.node()) {
            Files.writeString(shop.directory("bin").resolve("outer"),
                    "#!/bin/sh\nexec " + shop.floe() + " gcc \"$@\"\n").toFile()
                    .setExecutable(true);
            var running = shop.with("FLOE_TURN", "older").floe("outer", "-c");
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.send(Frame.EXEC, Payload.of().u8(4).str("node/7"));
            }
            try (Talk below = node.accept()) {
                assertThat(below.hello().environment()).contains("FLOE_TURN=node/7").doesNotContain("FLOE_TURN=older");
                below.exec(0);
            }
            assertThat(running.end().out()).doesNotContain("FLOE_TURN");
        }
    }

    @Test
    void letsTheCompilerMeetAFullOrClosedOutputItself() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = shop.shell("exec " + shop.floe() + " gcc > /dev/full");
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.send(Frame.PRINT, Payload.of().u8(1).raw(new byte[10]));
                talk.exit(0);
            }
            assertThat(running.end().code()).as("the probe's code for an output that it cannot write").isEqualTo(9);
        }
    }

    @Test
    void runsAScriptWithoutAFirstLineAsAShellDoes() throws Exception {
        Files.writeString(shop.directory("bin").resolve("bare"), "echo bare \"$@\"\n").toFile().setExecutable(true);
        assertThat(shop.floe("bare", "a b").end()).isEqualTo(new Workshop.Ended(0, "bare a b\n", ""));
    }

    @Test
    void doesNotAskTheNodeWhenItIsOff() throws Exception {
        try (ScriptedNode node = shop.node()) {
            assertThat(shop.with("FLOE_MODE", "off").floe("gcc").end().code()).isEqualTo(7);
            assertThat(node.isIdle()).isTrue();
        }
    }
}

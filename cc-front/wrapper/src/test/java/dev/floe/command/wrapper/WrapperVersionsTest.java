package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrapper at a node of another release, which hangs up at a HELLO that it does not know. */
final class WrapperVersionsTest {
    private static final int SESSION_BYTES = Integer.BYTES + Long.BYTES;
    /** Flags, size of the terminal, umask. */
    private static final int FIXED_BYTES = 3 * Short.BYTES + Integer.BYTES;

    @TempDir
    private Path directory;
    private Workshop shop;

    @BeforeEach
    void open() throws Exception {
        shop = new Workshop(directory);
    }

    @Test
    void repeatsHelloAsReleaseOneSaysIt() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = shop.floe("true");
            byte[] current;
            try (Talk talk = node.accept()) {
                current = hello(talk, 4);
            }
            try (Talk talk = node.accept()) {
                byte[] older = hello(talk, 3);
                assertThat(tail(older, FIXED_BYTES)).as("all but the session")
                        .isEqualTo(tail(current, FIXED_BYTES + SESSION_BYTES));
                talk.exit(33);
            }
            assertThat(running.end().code()).isEqualTo(33);
        }
    }

    @Test
    void runsTheCompilerIfThatIsRefusedToo() throws Exception {
        try (ScriptedNode node = shop.node()) {
            var running = shop.with("FLOE_VERBOSE", "1").floe("true");
            for (int version = 4; version >= 3; version--) {
                try (Talk talk = node.accept()) {
                    hello(talk, version);
                }
            }
            assertThat(running.end()).isEqualTo(new Workshop.Ended(0, "",
                    "floe-cc: compiling here: the node hung up at the first message; is it of another release?\n"));
            assertThat(node.isIdle()).isTrue();
        }
    }

    /** The payload of HELLO, behind its version. */
    private static byte[] hello(Talk talk, int version) throws Exception {
        ByteBuffer payload = talk.read(Frame.HELLO).payload();
        assertThat(payload.getInt()).isEqualTo(0x464c4f45);
        assertThat(payload.getShort()).isEqualTo((short) version);
        byte[] rest = new byte[payload.remaining()];
        payload.get(rest);
        return rest;
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }
}

package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that talk nonsense, against a wrapper that is built to die of its own memory errors. */
final class WrapperFuzzTest {
    private static final int ROUNDS = Boolean.getBoolean("floe.test.thorough") ? 1000 : 100;
    private static final int[] TYPES = {Frame.STAT, Frame.READ, Frame.RUN, Frame.OPEN, Frame.COMMIT, Frame.DISCARD,
            Frame.PRINT,
            Frame.ALIVE, Frame.CHUNK, Frame.EXEC, Frame.EXIT};

    @TempDir
    Path directory;

    @Test
    void alwaysEndsAsTheRealCompiler() throws Exception {
        Path checked = Workshop.buildChecked(directory.resolve("checked"));
        var shop = new Workshop(directory).with("FLOE_SILENCE_MS", "50");
        Path probe = Workshop.build("probe.c", directory.resolve("gcc"));
        for (int round = 0; round < ROUNDS; round++) {
            long seed = 0x0f10e000L + round;
            try (ScriptedNode node = shop.node()) {
                var running = shop.start(checked.toString(), probe.toString(), "-c", "a.c");
                try (Talk talk = node.accept()) {
                    talk.hello();
                    talkNonsense(talk, new Random(seed));
                }
                var ended = running.end();
                assertThat(ended.err()).as("standard error, seed %x", seed).isEmpty();
                assertThat(ended.code()).as("exit code, seed %x", seed).isEqualTo(7);
                assertThat(ended.lines("argument")).as("seed %x", seed).containsExactly(probe.toString(), "-c", "a.c");
                assertThat(shop.names()).as("files, seed %x", seed).noneMatch(name -> name.startsWith(".floe-"));
            }
        }
    }

    private static void talkNonsense(Talk talk, Random random) {
        try {
            int frames = random.nextInt(6);
            for (int i = 0; i < frames; i++)
                talk.sendRaw(frame(random));
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            talk.sendRaw(noise);
            if (random.nextInt(8) == 0)
                talk.awaitHangUp();
        } catch (IOException e) {
            // the wrapper has had enough and hung up in the middle, as it should
        }
    }

    private static byte[] frame(Random random) {
        int type = random.nextInt(5) == 0 ? random.nextInt(256) : TYPES[random.nextInt(TYPES.length)];
        byte[] payload = payload(random);
        if (type == Frame.EXIT && payload.length == 4)
            payload = new byte[3]; // a good EXIT would be obeyed
        long length = random.nextInt(6) == 0 ? random.nextInt() & 0xffffffffL : payload.length;
        return Payload.of().u32(length).u8(type).raw(payload).bytes();
    }

    /** Much like a real payload more often than not, so that the decoders get somewhere. */
    private static byte[] payload(Random random) {
        var payload = Payload.of();
        for (int parts = random.nextInt(5); parts > 0; parts--) {
            switch (random.nextInt(6)) {
                case 0 -> payload.u8(random.nextInt(256));
                case 1 -> payload.u32(random.nextBoolean() ? random.nextInt(8) : random.nextInt());
                case 2 -> payload.u64(random.nextLong());
                case 3 -> payload.str("a.o");
                case 4 -> payload.list(List.of("/bin/false", "x".repeat(random.nextInt(5000))));
                default -> payload.raw(noise(random));
            }
        }
        return payload.bytes();
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[random.nextInt(400)];
        random.nextBytes(noise);
        return noise;
    }
}

package dev.floe.toolchain.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BinfmtEmulatorTest {
    private static final String AARCH64 = """
            enabled
            interpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P
            flags: POCF
            offset 0
            magic 7f454c460201010000000000000000000200b700
            mask ffffffffffffff00fffffffffffffffffeffffff
            """;

    @TempDir
    private Path directory;

    @Test
    void knowsAProcessorByTheHeaderOfItsPrograms() {
        assertThat(BinfmtEmulator.parse(AARCH64)).hasValue(
                new BinfmtEmulator("aarch64", Path.of("/usr/libexec/qemu-binfmt/aarch64-binfmt-P"), true, true));
        assertThat(processor("7f454c4601010100000000000000000002002800")).isEqualTo("arm");
        assertThat(processor("7f454c4601020100000000000000000000020028")).isEqualTo("armeb");
        assertThat(processor("7f454c4602020100000000000000000000020016")).isEqualTo("s390x");
        assertThat(processor("7f454c4602010100000000000000000002003e00")).isEqualTo("x86_64");
    }

    @Test
    void knowsOneOfWhichOnlyTheLowerHalfIsCompared() {
        assertThat(
                BinfmtEmulator.parse(AARCH64.replace("b700", "1500").replace("feffffff\n", "feffff00\n")).orElseThrow()
                        .processor())
                .isEqualTo("ppc64le");
    }

    private static String processor(String magic) {
        return BinfmtEmulator.parse(AARCH64.replaceFirst("magic .*", "magic " + magic)).orElseThrow().processor();
    }

    @Test
    void leavesOutWhatIsNotForAProcessor() {
        assertThat(BinfmtEmulator.parse("enabled\ninterpreter /usr/bin/jexec\nflags: \noffset 0\nmagic 504b0304\n"))
                .isEmpty();
        assertThat(BinfmtEmulator.parse("enabled\ninterpreter /usr/bin/wine\nflags: \nextension .exe\n")).isEmpty();
        assertThat(BinfmtEmulator.parse(AARCH64.replace("offset 0", "offset 4"))).isEmpty();
        assertThat(BinfmtEmulator.parse(AARCH64.replace("feffffff\n", "feff0000\n"))).isEmpty();
        assertThat(BinfmtEmulator.parse(AARCH64.replace("b700", "zz00"))).isEmpty();
        assertThat(BinfmtEmulator.parse(AARCH64.replace("b700", "ff7f"))).isEmpty();
        assertThat(BinfmtEmulator.parse("")).isEmpty();
    }

    @Test
    void neverFailsOnAnyText() {
        long seed = 4711;
        Random random = new Random(seed);
        int parsed = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(AARCH64);
            for (int k = random.nextInt(4); k >= 0; k--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(128));
            }
            String entry = text.toString().replace("\0", "");
            parsed += BinfmtEmulator.parse(entry).isPresent() ? 1 : 0;
        }
        assertThat(parsed).as("seed %d: some of it is read", seed).isPositive();
    }

    @Test
    void saysWhyOneIsOfNoUseInASandbox() {
        assertThat(BinfmtEmulator.parse(AARCH64.replace("enabled", "disabled")).orElseThrow().obstacle())
                .hasValueSatisfying(why -> assertThat(why).contains("disabled"));
        assertThat(BinfmtEmulator.parse(AARCH64.replace("POCF", "POC")).orElseThrow().obstacle())
                .hasValueSatisfying(why -> assertThat(why).contains("flag F"));
        assertThat(new BinfmtEmulator("aarch64", Path.of("/bin/sh"), true, true).obstacle())
                .hasValueSatisfying(why -> assertThat(why).contains("linked dynamically"));
        assertThat(new BinfmtEmulator("aarch64", directory.resolve("elsewhere"), true, true).obstacle()).isEmpty();
    }

    @Test
    void listsARegistry() throws IOException {
        Files.writeString(directory.resolve("register"), "");
        Files.writeString(directory.resolve("status"), "enabled\n");
        Files.writeString(directory.resolve("qemu-aarch64"), AARCH64);
        Files.writeString(directory.resolve("qemu-arm"),
                AARCH64.replace("aarch64", "arm").replace("7f454c4602", "7f454c4601").replace("b700", "2800"));
        assertThat(BinfmtEmulator.registered(directory)).extracting(BinfmtEmulator::processor)
                .containsExactly("aarch64", "arm");
        assertThat(BinfmtEmulator.registered(directory.resolve("none"))).isEmpty();
    }
}

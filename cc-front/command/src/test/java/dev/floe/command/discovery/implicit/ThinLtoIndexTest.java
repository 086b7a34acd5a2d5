package dev.floe.command.discovery.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public final class ThinLtoIndexTest {
    /** Made by LLVM 14 of two modules; the first path has the characters of six bits alone. */
    public static final byte[] INDEX = Base64.getDecoder()
            .decode("QkPA3iEMAAAyAAAACwIhEwMAAAAUAAAAIgMImSCRAYRMjsgAQoYyBQQKgUKgECgECgMMgO+8ffOtrrCTh5Qmebj2AS"
                    + "Hm6cxKrb8BBfkldr0fAXcsVET6MdGtH+Gry4z02TSsDQkAAAChGAAAGAAAAFOCZFQADoMEQW77/x9b1Fx5dhkkBC+L"
                    + "5rR7u69K5oxYAkKEyBAiQogIESJGSGwBIUJkCBEhRIQIESMk04AQITJGSCUCIUJkCDEAABQGEAMAAAIBCgSAgkBjAA"
                    + "AAMCwQAAAAAABdDAAAAgAAABIDlAAAAAAA");

    @TempDir
    private Path directory = Path.of("/");

    @Test
    void namesTheModulesOfAnIndex() {
        assertThat(ThinLtoIndex.modules(INDEX)).containsExactlyInAnyOrder("a.o", "d/b.o");
    }

    @Test
    void namesNoneOfWhatIsNoIndex() {
        assertThat(ThinLtoIndex.modules(new byte[0])).isEmpty();
        assertThat(ThinLtoIndex.modules("; ModuleID = 'a'\n".getBytes())).isEmpty();
        for (int length = 0; length < INDEX.length; length++) {
            assertThat(ThinLtoIndex.modules(Arrays.copyOf(INDEX, length))).hasSizeLessThan(3);
        }
    }

    @Test
    void survivesAnyBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = INDEX.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
            }
            assertThat(ThinLtoIndex.modules(bytes)).as("seed %s", seed).hasSizeLessThan(100);
        }
    }

    @Test
    void readsWhatThisMachinesLinkerLeaves() throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/llvm-lto-14")) && Files.isExecutable(Path.of("/usr/bin/clang-14")),
                "no LLVM 14");
        Files.createDirectories(directory.resolve("dir"));
        Files.writeString(directory.resolve("a.c"), "int g(int);\nint f(int x) { return g(x) + 1; }\n");
        Files.writeString(directory.resolve("dir/b-1.c"), "int g(int x) { return x * 3; }\n");
        String script = "clang-14 -flto=thin -O2 -c a.c && clang-14 -flto=thin -O2 -c dir/b-1.c -o dir/b-1.o"
                + " && llvm-lto-14 -thinlto -thinlto-action=thinlink -o index a.o dir/b-1.o"
                + " && llvm-lto-14 -thinlto-action=distributedindexes -thinlto-index index a.o dir/b-1.o";
        assertThat(new ProcessBuilder("sh", "-ec", script).directory(directory.toFile()).inheritIO().start().waitFor())
                .isZero();
        assertThat(ThinLtoIndex.modules(Files.readAllBytes(directory.resolve("a.o.thinlto.bc"))))
                .containsExactlyInAnyOrderElementsOf(List.of("a.o", "dir/b-1.o"));
    }
}

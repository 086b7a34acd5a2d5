package dev.floe.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real compilers write for one project in places of many lengths. */
final class DepfileFormatTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({"gcc,GCC", "clang,CLANG"})
    void writesForAnotherPlaceWhatTheCompilerWould(String compiler, DepfileFormat layout) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path first = project(temporary.resolve("p"), seed);
        for (int i = 1; i < 24; i++) {
            Path other = project(temporary.resolve("p" + "q".repeat(1 + random.nextInt(60)) + i), seed);
            String here = compiled(compiler, first);
            String there = compiled(compiler, other);
            assertThat(DepfileFormat.of(here)).as("seed %d", seed).contains(layout);
            assertThat(layout.render(here.replace(first.toString(), other.toString()))).as("seed %d, %s", seed, other)
                    .isEqualTo(there);
        }
    }

    private static Path project(Path root, long seed) throws IOException {
        Random random = new Random(seed);
        Files.createDirectories(root.resolve("inc"));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String name = "h" + "x".repeat(random.nextInt(40)) + i + ".h";
            Files.writeString(root.resolve("inc").resolve(name), "int v" + i + ";\n");
            lines.add("#include \"" + name + "\"\n");
        }
        Files.writeString(root.resolve("a.c"), String.join("", lines));
        return root;
    }

    private static String compiled(String compiler, Path root) throws Exception {
        Path rule = root.resolve("a.d");
        Process process = new ProcessBuilder(compiler, "-MD", "-MP", "-MT", "one/target.o", "-MT", root + "/two.o",
                "-MF", rule.toString(), "-I" + root.resolve("inc"), "-fsyntax-only", root.resolve("a.c").toString())
                .inheritIO().start();
        assertThat(process.waitFor()).isZero();
        return Files.readString(rule, UTF_8);
    }
}

package dev.floe.command.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.ProcessOutput;
import dev.floe.command.RealMachine;

final class DepfileParserTest {
    @Test
    void readsNamesAcrossLines() {
        assertThat(DepfileParser.prerequisites("t: a.c b.h \\\n c.h \\\n  d/e.h\n", "t"))
                .contains(List.of("a.c", "b.h", "c.h", "d/e.h"));
    }

    @Test
    void readsWhatMakeWouldExpand() {
        assertThat(DepfileParser.prerequisites("t: a\\ b.h c$$d.h e\\#f.h g\\h.h i\\\\\\ j k:l\n", "t"))
                .contains(List.of("a b.h", "c$d.h", "e#f.h", "g\\h.h", "i\\ j", "k:l"));
    }

    @Test
    void refusesWhatIsNotOneRule() {
        assertThat(DepfileParser.prerequisites("", "t")).isEmpty();
        assertThat(DepfileParser.prerequisites("u: a\n", "t")).isEmpty();
        assertThat(DepfileParser.prerequisites("t: a b", "t")).as("cut off").isEmpty();
        assertThat(DepfileParser.prerequisites("t: a\nv: b\n", "t")).isEmpty();
    }

    @Test
    void readsBackWhatACompilerWouldWrite() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "ab/.$# \t\\:%é\"'";
        for (int round = 0; round < 20_000; round++) {
            List<String> names = new ArrayList<>();
            StringBuilder rule = new StringBuilder("t:");
            for (int n = random.nextInt(4) + 1; n > 0; n--) {
                StringBuilder name = new StringBuilder("x");
                for (int c = random.nextInt(8); c > 0; c--) {
                    name.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                name.append('y');
                names.add(name.toString());
                rule.append(random.nextBoolean() ? " " : " \\\n  ").append(munged(name.toString()));
            }
            assertThat(DepfileParser.prerequisites(rule + "\n", "t")).as("seed " + seed + ": " + rule).contains(names);
        }
    }

    @Test
    void survivesAnyText() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder("t:");
            for (int c = random.nextInt(20); c > 0; c--) {
                text.append("a \\\n\r\t$#:".charAt(random.nextInt(9)));
            }
            DepfileParser.prerequisites(text.toString(), "t").ifPresent(
                    names -> assertThat(names).as("seed " + seed).doesNotContain(""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang"})
    void readsWhatTheCompilerWrites(String compiler, @TempDir Path directory) throws Exception {
        List<String> names = new ArrayList<>(List.of("a b.h", "c$d.h", "e#f.h", "k:l.h", "m%n.h", "ö.h"));
        if (compiler.equals("gcc")) { // clang writes a slash for a backslash, and such a command stays local
            names.addAll(List.of("g\\h.h", "i\\ j.h", "a  b\\\\ c.h"));
        }
        StringBuilder source = new StringBuilder();
        for (String name : names) {
            Files.writeString(directory.resolve(name), "");
            source.append("#include \"").append(name).append("\"\n");
        }
        Files.writeString(directory.resolve("a.c"), source);
        ProcessOutput output = new RealMachine().run(Path.of("/usr/bin", compiler),
                List.of(compiler, "-M", "-MT", "t", "-nostdinc", "-w", "a.c"), directory, SmallProject.ENVIRONMENT);
        List<String> read = DepfileParser
                .prerequisites(new String(output.stdout(), StandardCharsets.UTF_8),
                        "t")
                .orElseThrow();
        assertThat(read.stream().map(name -> name.startsWith("./") ? name.substring(2) : name)).containsAll(names);
    }

    private static String munged(String name) {
        StringBuilder out = new StringBuilder();
        int backslashes = 0;
        for (char c : name.toCharArray()) {
            if (c == ' ' || c == '\t') {
                out.repeat('\\', backslashes + 1);
            } else if (c == '#') {
                out.append('\\');
            } else if (c == '$') {
                out.append('$');
            }
            out.append(c);
            backslashes = c == '\\' ? backslashes + 1 : 0;
        }
        return out.toString();
    }
}

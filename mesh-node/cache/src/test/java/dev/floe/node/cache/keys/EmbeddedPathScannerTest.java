package dev.floe.node.cache.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether an output names the place of its project, so that it serves there only. */
final class EmbeddedPathScannerTest {
    @TempDir
    Path directory;

    private static boolean occurs(String root, boolean asSymbol, String text) {
        return new EmbeddedPathScanner(root, asSymbol).occursIn(text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"/home/a/p, x/home/a/p/M.c, true", "/home/a/p, x/home/a/p, true", "/home/a/p, /home/a/p:1, true",
            "/home/a/p, /home/a/p2/M.c, false", "/home/a/p, /home/a/p-common/a.h, false",
            "/home/a/p, /home/a/P/M.c, false", "/home/a/p, ome/a/p, false"})
    void findsAPathButNoLongerName(String root, String text, boolean found) {
        assertThat(occurs(root, false, text)).isEqualTo(found);
    }

    @Test
    void findsALaterMentionBehindALongerName() {
        assertThat(occurs("/home/a/p", false, "/home/a/p2 /home/a/p/M.c")).isTrue();
    }

    @Test
    void findsThePartOfANameThatNoFormatEscapes() {
        assertThat(occurs("/home/a b/project", false, "b/project/M.c")).isTrue();
        assertThat(occurs("/home/a b/project", false, "/home/a\\ b/project/M.c")).isTrue();
        assertThat(occurs("/home/a b/project", false, "/home/a/other")).isFalse();
        assertThat(occurs("/home/pro\u00fcject", false, "/home/pro\u00fcject/M.c")).isTrue();
    }

    @Test
    void findsAPathAsPartOfASymbolIfTheCommandSpellsIt() {
        assertThat(occurs("/home/a/p", true, "_GLOBAL__sub_I__home_a_p_M.c")).isTrue();
        assertThat(occurs("/home/a/p", false, "_GLOBAL__sub_I__home_a_p_M.c")).isFalse();
    }

    @Test
    void findsAPathAcrossThePiecesOfAFile() throws IOException {
        String root = "/home/a/project";
        EmbeddedPathScanner scanner = new EmbeddedPathScanner(root, false);
        for (int before : new int[]{0, (1 << 18) - 8, (1 << 18) - root.length(), 1 << 18, (2 << 18) + 5}) {
            Path file = directory.resolve("M.o");
            Files.writeString(file, "x".repeat(before) + root + "/M.c" + "y".repeat(1000));
            assertThat(scanner.occursIn(file)).as("behind %d bytes", before).isTrue();
        }
        Path other = Files.writeString(directory.resolve("N.o"), "x".repeat(1 << 18) + root + "2/M.c");
        assertThat(scanner.occursIn(other)).isFalse();
    }
}

package dev.floe.command.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.RealMachine;

/** Where paths lead, and how they are spelled. */
final class PathWalksTest {
    @TempDir
    Path directory;

    @BeforeEach
    void write() throws IOException {
        directory = directory.toRealPath();
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(directory.resolve("a/b/f"), "");
        Files.createSymbolicLink(directory.resolve("l"), Path.of("a/b"));
        Files.createSymbolicLink(directory.resolve("a/up"), Path.of("../a"));
        Files.createSymbolicLink(directory.resolve("abs"), directory.resolve("l/f"));
        Files.createSymbolicLink(directory.resolve("circle"), Path.of("circle"));
    }

    private PathWalks.Walk walk(String spelled) throws IOException {
        String path = directory + "/" + spelled;
        return new PathWalks(new RealMachine()).walk(List.of(path)).values().iterator().next();
    }

    private void assertLeads(String spelled, String end) throws IOException {
        assertThat(walk(spelled).end()).as(spelled).isEqualTo(directory.resolve(end));
    }

    @Test
    void followsLinksAsTheKernelDoes() throws IOException {
        assertLeads("l/f", "a/b/f");
        assertLeads("abs", "a/b/f");
        assertLeads("a/up/up/b/f", "a/b/f");
        assertLeads("l/../b/f", "a/b/f");
        assertLeads("a//b/./f", "a/b/f");
        assertLeads("a/b/", "a/b");
    }

    @Test
    void nothingIsBelowAFileNorBehindACircle() throws IOException {
        assertThat(walk("a/b/f/x").end()).isNull();
        assertThat(walk("a/b/f/..").end()).isNull();
        assertThat(walk("gone/../a").end()).isNull();
        assertThat(walk("circle").end()).isNull();
    }

    @Test
    void namesAllThatIsMetOnTheWay() throws IOException {
        assertThat(walk("l/f").met()).containsKeys(directory.resolve("l"), directory.resolve("a"),
                directory.resolve("a/b"), directory.resolve("a/b/f"));
    }

    @Test
    void groupsNamesByDirectoryWithoutTheSandboxsOwn() {
        assertThat(SpelledPaths.byDirectory(List.of("/a/x", "/a/y", "/b/../c", "/dev/null", "/f", "/proc/1/x", "/a/..",
                "/procx/y"))).isEqualTo(Map.of("/a", List.of("x", "y"), "/b/..", List.of("c"), "/", List.of("f"),
                        "/procx", List.of("y")));
    }

    @Test
    void knowsNamesThatAreNone() {
        assertThat(SpelledPaths.isOdd("/a/.")).isTrue();
        assertThat(SpelledPaths.isOdd("/a/..")).isTrue();
        assertThat(SpelledPaths.isOdd("/a/")).isTrue();
        assertThat(SpelledPaths.isOdd("/a/..b")).isFalse();
        assertThat(SpelledPaths.withoutSlashes("/a//")).isEqualTo("/a");
        assertThat(SpelledPaths.withoutSlashes("//")).isEqualTo("/");
        assertThat(SpelledPaths.parent("/a")).isEmpty();
    }
}

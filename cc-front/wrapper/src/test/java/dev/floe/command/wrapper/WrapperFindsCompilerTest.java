package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from the wrapper to the real compiler, and never back. */
final class WrapperFindsCompilerTest {
    @TempDir
    Path directory;
    private Workshop shop;
    private Path links;
    private Path real;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        shop = new Workshop(directory);
        links = shop.directory("links");
        real = shop.directory("real");
        Workshop.build("probe.c", real.resolve("probe"));
        shop.with("PATH", links + ":" + real + ":/usr/bin:/bin");
    }

    private Path provide(String name) throws IOException {
        return Files.createLink(real.resolve(name), real.resolve("probe"));
    }

    private void assertReaches(Workshop.Running running, Object argumentZero) throws Exception {
        var ended = running.end();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isEqualTo(7);
        assertThat(ended.lines("argument")).containsExactly(argumentZero.toString(), "-c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "g++", "cc", "c++", "clang", "clang++", "gcc-12", "clang++-14",
            "x86_64-linux-gnu-g++-12"})
    void masqueradesBySymbolicLinkHardLinkAndCopy(String name) throws Exception {
        Path compiler = provide(name);
        Path link = links.resolve(name);
        Files.createSymbolicLink(link, shop.floe());
        assertReaches(shop.shell("exec " + name + " -c"), compiler);
        assertReaches(shop.start(link.toString(), "-c"), compiler);
        Files.delete(link);
        Files.createLink(link, shop.floe());
        assertReaches(shop.shell("exec " + name + " -c"), compiler);
        Files.delete(link);
        Files.copy(shop.floe(), link);
        assertReaches(shop.shell("exec " + name + " -c"), compiler);
        assertReaches(shop.floe(name, "-c"), compiler);
    }

    @Test
    void skipsAllLinksToItselfHoweverManyDirectoriesHoldThem() throws Exception {
        Path compiler = provide("gcc");
        Path more = shop.directory("more");
        Files.createSymbolicLink(links.resolve("gcc"), more.resolve("gcc"));
        Files.createSymbolicLink(more.resolve("gcc"), shop.floe());
        shop.with("PATH", more + "::" + links + ":/nowhere:" + shop.path());
        assertReaches(shop.shell("exec gcc -c"), compiler);
        assertReaches(shop.floe("gcc", "-c"), compiler);
        assertReaches(shop.floe(links.resolve("gcc").toString(), "-c"), compiler);
    }

    @Test
    void keepsTheNameThatTheUserGaveWhereItLeadsToTheCompiler() throws Exception {
        Path compiler = provide("gcc");
        assertReaches(shop.floe("gcc", "-c"), "gcc");
        assertReaches(shop.floe(compiler.toString(), "-c"), compiler);
        Files.createSymbolicLink(shop.work().resolve("mine"), compiler);
        assertReaches(shop.floe("./mine", "-c"), "./mine");
        shop.with("PATH", ":" + links);
        assertReaches(shop.floe("mine", "-c"), "mine");
    }

    @Test
    void aWrapperInFrontOfAWrapperIsOneWrapper() throws Exception {
        provide("gcc");
        Files.createSymbolicLink(links.resolve("floe-cc"), shop.floe());
        assertReaches(shop.floe("floe-cc", shop.floe().toString(), "gcc", "-c"), "gcc");
    }

    @Test
    void doesNotGoRoundInACircleThroughAScript() throws Exception {
        Path script = Files.writeString(links.resolve("gcc"), "#!/bin/sh\nexec " + shop.floe() + " gcc \"$@\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        var behind = shop.floe("gcc", "-dumpversion").end();
        assertThat(behind.code()).as("the compiler behind the script").isZero();
        var alone = shop.with("PATH", links.toString()).floe("gcc", "-c").end();
        assertThat(alone.code()).isEqualTo(111);
        assertThat(alone.err()).hasLineCount(1).contains("10 times", script.toString());
    }

    /** As Yocto's hosttools: all of PATH is a directory of links, made when PATH had Floe's links first. */
    @ParameterizedTest
    @CsvSource({"gcc, absolute, TOOLS, gcc", "gcc, relative, TOOLS, gcc", "gcc, chain, TOOLS, gcc",
            "mine, chain, TOOLS, mine", "gcc, chain, ':TOOLS', gcc", "gcc, chain, 'TOOLS::', gcc",
            "gcc, chain, 'TOOLS:TOOLS/.', gcc", "gcc, absolute, /nowhere, TOOLS/gcc", "gcc, chain, TOOLS, FLOE gcc",
            "mine, chain, TOOLS, FLOE mine", "gcc, chain, TOOLS, FLOE TOOLS/gcc", "gcc, hard, TOOLS, gcc"})
    void findsTheCompilerBehindADirectoryOfLinks(String name, String kind, String search, String command)
            throws Exception {
        Path standard = Path.of("/usr/bin/gcc");
        assumeTrue(Files.isExecutable(standard), "there is no /usr/bin/gcc");
        Path tools = shop.directory("hosttools");
        Files.createSymbolicLink(links.resolve("gcc"), shop.floe());
        Path link = tools.resolve(name);
        switch (kind) {
            case "absolute" -> Files.createSymbolicLink(link, shop.floe());
            case "relative" -> Files.createSymbolicLink(link, tools.relativize(shop.floe()));
            case "hard" -> Files.createLink(link, shop.floe());
            default -> Files.createSymbolicLink(link, tools.relativize(links.resolve("gcc")));
        }
        shop.with("PATH", search.replace("TOOLS", tools.toString()));
        var ended = shop
                .shell("exec " + command.replace("FLOE", shop.floe().toString()).replace("TOOLS", tools.toString())
                        + " -dumpmachine")
                .end();
        shop.with("PATH", "/usr/bin:/bin");
        assertThat(ended).isEqualTo(shop.shell("exec " + standard + " -dumpmachine").end());
    }

    @Test
    void aNameThatLeadsToNoCompilerIsNotFound() throws Exception {
        Path tools = shop.directory("hosttools");
        Files.createSymbolicLink(tools.resolve("gcc-99"), shop.floe());
        shop.with("PATH", tools.toString());
        assertThat(shop.shell("exec gcc-99 -c").end())
                .isEqualTo(new Workshop.Ended(127, "", "floe-cc: gcc-99: not found in PATH\n"));
    }

    @ParameterizedTest
    @CsvSource({"gcc-99, 127, floe-cc: gcc-99: not found in PATH",
            "./absent, 127, floe-cc: ./absent: No such file or directory",
            "plain.c, 126, floe-cc: plain.c: not executable in PATH",
            "./plain.c, 126, floe-cc: ./plain.c: Permission denied",
            "-c, 2, floe-cc: -c: unknown option; the compiler comes first: floe-cc COMPILER ARGUMENT...",
            "floe-cc, 2, floe-cc: no compiler given; see floe-cc --help"})
    void saysInOneLineWhatIsWrong(String compiler, int code, String message) throws Exception {
        shop.write("plain.c", "");
        shop.with("PATH", shop.work() + ":/usr/bin:/bin");
        assertThat(shop.floe(compiler).end()).isEqualTo(new Workshop.Ended(code, "", message + "\n"));
    }

    @ParameterizedTest
    @CsvSource({"FLOE_MODE, on, 'must be auto, local, remote or off'",
            "FLOE_SILENCE_MS, soon, 'must be a number of milliseconds, at least 1'"})
    void refusesASettingThatItDoesNotKnow(String name, String value, String message) throws Exception {
        provide("gcc");
        assertThat(shop.with(name, value).floe("gcc").end())
                .isEqualTo(new Workshop.Ended(2, "", "floe-cc: " + name + "=" + value + ": " + message + "\n"));
    }

    @Test
    void explainsItself() throws Exception {
        assertThat(shop.floe("--help").end().out()).contains("FLOE_MODE", "FLOE_NODE", "FLOE_SOCKET", "FLOE_VERBOSE");
        assertThat(shop.floe("--version").end().out()).matches("floe-cc \\d+\\.\\d+\\.\\d+.*\n");
    }
}

package dev.floe.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.parser.CommandClassifier;

/** Where results may serve, by the words of their commands; {@code ROOT} stands for the project. */
final class CacheScopeTest {
    @TempDir
    private Path root;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(root.resolve("src"));
        Files.createDirectories(root.resolve("build"));
        Files.writeString(root.resolve("src/a.c"), "");
    }

    private CacheScope of(String command) throws IOException {
        return of(command, Map.of());
    }

    private CacheScope of(String command, Map<String, String> more) throws IOException {
        return of(CompilerFamily.GCC, command, more);
    }

    private CacheScope of(CompilerFamily family, String command, Map<String, String> more) throws IOException {
        List<String> argv = List.of(command.replace("ROOT", root.toString()).split(" "));
        Map<String, String> environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));
        environment.putAll(more);
        CommandPlan plan = CommandClassifier
                .parse(new Invocation(argv, Path.of("/usr/bin/" + argv.getFirst()), root.resolve("build"),
                        environment, 022, Optional.empty()), family, new RealMachine());
        return ((CommandPlan.Replay) plan).command().sharing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc -O2 -c ../src/a.c", "gcc -I../inc -MD -MF a.d -MT x -c ../src/a.c -o a.o",
            "gcc -g0 -c ../src/a.c", "gcc -DX=1 -std=c11 -Wall -c ../src/a.c", "gcc -I/usr/include/x -c ../src/a.c"})
    void relativeNamesServeWhereverTheProjectLies(String command) throws IOException {
        assertThat(of(command)).isEqualTo(new CacheScope.Portable(root, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc -c ROOT/src/a.c", "gcc -ffile-prefix-map=ROOT=ROOT/x -c ROOT/src/a.c"})
    void absoluteSourcesServeAnyDirectoryOfBuilds(String command) throws IOException {
        assertThat(of(command)).isEqualTo(new CacheScope.Portable(root.resolve("build"), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc -g -ffile-prefix-map=ROOT=. -c ROOT/src/a.c",
            "gcc -ffile-prefix-map=ROOT=/p -IROOT/inc -MD -c ROOT/src/a.c -o a.o",
            "gcc -g2 -fmacro-prefix-map=ROOT=. -fdebug-prefix-map=ROOT=. -c ROOT/src/a.c"})
    void aMappedRootServesWhereverItLies(String command) throws IOException {
        assertThat(of(command)).isEqualTo(new CacheScope.Portable(root, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc -g -c ../src/a.c", "gcc -ggdb3 -c ../src/a.c",
            "gcc -DDIR=\"ROOT\" -c ../src/a.c", "gcc -IROOT/inc -c ../src/a.c", "gcc -flto -c ../src/a.c",
            "gcc -g -fmacro-prefix-map=ROOT=. -c ROOT/src/a.c", "gcc -g -ffile-prefix-map=ROOT/src=. -c ROOT/src/a.c",
            "gcc -g -gz -ffile-prefix-map=ROOT=. -c ROOT/src/a.c",
            "gcc -DX=ROOT -ffile-prefix-map=ROOT=. -c ROOT/src/a.c"})
    void otherwiseItServesWhereAllPathsAreTheSame(String command) throws IOException {
        assertThat(of(command)).isEqualTo(new CacheScope.Exact());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-MJ a.json", "-MJa.json", "-gen-cdb-fragment-path db"})
    void aCompilationDatabaseNamesTheWorkingDirectory(String words) throws IOException {
        assertThat(of(CompilerFamily.CLANG, "clang " + words + " -c ../src/a.c", Map.of()))
                .isEqualTo(new CacheScope.Exact());
    }

    @Test
    void aVariableThatSpellsTheRootTiesTheResultToIt() throws IOException {
        assertThat(of("gcc -c ../src/a.c", Map.of("CPATH", root + "/inc"))).isEqualTo(new CacheScope.Exact());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--coverage", "-ftest-coverage", "-fprofile-arcs", "-ftime-report"})
    void whatDoesNotRepeatItselfIsNotKept(String word) throws IOException {
        assertThat(of("gcc " + word + " -c ../src/a.c")).isEqualTo(new CacheScope.None(word));
    }
}

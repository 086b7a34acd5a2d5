package dev.floe.command.discovery.includes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.FileStat;
import dev.floe.command.Invocation;
import dev.floe.command.LocalReason;
import dev.floe.command.ProcessOutput;
import dev.floe.command.RealMachine;
import dev.floe.command.discovery.CompileInputDiscovery;
import dev.floe.command.discovery.CompilerDependencyListing;
import dev.floe.command.discovery.IncludeGraph;
import dev.floe.command.discovery.SmallProject;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.store.Digest;

/** What reading finds holds all that the compiler lists, without asking it. */
final class IncludeScannerTest {
    /** Each graph is listed by the compiler for each edit; the nightly lane has the time for more. */
    private static final int GRAPHS = Boolean.getBoolean("floe.test.thorough") ? 40 : 12;
    private static final int EDITS = 4;

    @TempDir
    Path parent = Path.of("/");

    /** This machine; counts the questions to the compiler. */
    private static class Asked extends RealMachine {
        private int listings;

        @Override
        public ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
                throws IOException {
            listings += argv.contains("-M") ? 1 : 0;
            return super.run(program, argv, cwd, environment);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"#define LIB foo\n#define HDR <LIB/x.h>\n#include HDR\n",
            "#define HDR <LIB/x.h>\n#define LIB DIR\n#define DIR foo\n#include HDR\n",
            "#define HDR <DASH/x.h>\n#include HDR\n",
            "#define NAME x\n#define LIB foo\n#define HDR <LIB/NAME.h>\n#include HDR\n",
            "#include \"conf.h\"\n#define NEXT HDR\n#include NEXT\n"})
    void followsMacrosInTheNameThatAMacroGives(String text) throws IOException {
        Path root = Files.createDirectories(parent.toRealPath().resolve("inner"));
        Files.createDirectories(root.resolve("foo"));
        Files.writeString(root.resolve("foo/x.h"), "int x;\n");
        Files.writeString(root.resolve("conf.h"), "#define LIB foo\n#define HDR <LIB/x.h>\n");
        Files.writeString(root.resolve("main.c"), text);
        Asked asked = new Asked();
        CompileCommand command = command(List.of("gcc", "-I.", "-DDASH=foo", "-c", "main.c"), root, asked);
        assertThat(new CompileInputDiscovery(InstantSource.system()).discover(command, "", asked))
                .isInstanceOfSatisfying(DiscoveryResult.InputsFound.class, found -> assertThat(found.inputs().inputs())
                        .extracting(Input::path).contains(root.resolve("foo/x.h")));
        assertThat(asked.listings).isZero();
    }

    @Test
    void boundsWhatMacrosInANameStandFor() throws IOException {
        Path root = Files.createDirectories(parent.toRealPath().resolve("loop"));
        Files.writeString(root.resolve("main.c"),
                "#define A B\n#define B A\n#define HDR <A/A/A/A/A/A/A/A/A/A.h>\n#include HDR\n");
        Asked asked = new Asked();
        CompileCommand command = command(List.of("gcc", "-I.", "-c", "main.c"), root, asked);
        assertThat(new CompileInputDiscovery(InstantSource.system()).discover(command, "", asked))
                .isInstanceOf(DiscoveryResult.InputsFound.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc", "clang"})
    void holdsAllThatTheCompilerListsAlsoAfterEdits(String compiler) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Asked asked = new Asked();
        CompileInputDiscovery discovery = new CompileInputDiscovery(InstantSource.system());
        int compared = 0;
        int read = 0;
        for (int i = 0; i < GRAPHS; i++) {
            Path root = Files.createDirectories(parent.toRealPath().resolve("graph" + i));
            IncludeGraph graph = new IncludeGraph(root, random);
            List<String> argv = new ArrayList<>(List.of(compiler, "-c", "src/main.c"));
            argv.addAll(IncludeGraph.SEARCH);
            argv.addAll(graph.definitions());
            for (int edit = 0; edit < EDITS; edit++) {
                CompileCommand command = command(argv, root, asked);
                Optional<Set<Path>> listed = listed(command, asked);
                int before = asked.listings;
                if (listed.isPresent()) {
                    assertThat(discovery.discover(command, "", asked))
                            .isInstanceOfSatisfying(DiscoveryResult.InputsFound.class,
                                    found -> assertThat(found.inputs().inputs())
                                            .as("seed " + seed + ", graph " + root).extracting(Input::path)
                                            .containsAll(listed.get()));
                    compared++;
                    read += asked.listings == before ? 1 : 0;
                }
                graph.edit();
            }
        }
        assertThat(compared).as("seed " + seed).isGreaterThan(GRAPHS);
        assertThat(read).as("read without a question, of %d; seed %d", compared, seed).isGreaterThan(compared / 2);
    }

    @Test
    void readsRealHeadersWithoutAsking() throws IOException {
        Path root = parent.toRealPath();
        Files.writeString(root.resolve("a.cc"),
                "#include <iostream>\n#include <thread>\n#include <regex>\nint main;\n");
        Files.writeString(root.resolve("b.c"), "#include <stdio.h>\n#include <sys/socket.h>\n#include <math.h>\n");
        for (String command : List.of("g++ -O2 -pthread -c a.cc", "clang++ -std=c++17 -c a.cc", "gcc -c b.c",
                "clang -include stdint.h -c b.c")) {
            Asked asked = new Asked();
            List<String> argv = List.of(command.split(" "));
            CompileCommand compile = command(argv, root, asked);
            Set<Path> listed = listed(compile, asked).orElseThrow();
            asked.listings = 0;
            DiscoveryResult found = new CompileInputDiscovery(InstantSource.system()).discover(compile, "", asked);
            assertThat(asked.listings).as(command).isZero();
            assertThat(((DiscoveryResult.InputsFound) found).inputs().inputs()).extracting(Input::path)
                    .containsAll(listed);
        }
    }

    @Test
    void leavesWhatItCannotTellToTheCompiler() throws IOException {
        Path root = parent.toRealPath();
        Files.writeString(root.resolve("real.h"), "int real;\n");
        String joined = "#define JOIN(a) #a\n#define NAME(a) JOIN(a)\n#include NAME(real.h)\n";
        for (String text : List.of(joined, "#include __FILE__\n#if 0\n#endif\n".replace("__FILE__", "__BASE_FILE__"),
                "#if 0\n#include <nowhere.h>\n#endif\n#ifdef X\n#include \"gone.h\"\n#endif\n")) {
            Files.writeString(root.resolve("a.c"), "#ifndef AGAIN\n#define AGAIN\n" + text + "#endif\n");
            Asked asked = new Asked();
            CompileCommand command = command(List.of("gcc", "-c", "a.c"), root, asked);
            DiscoveryResult found = new CompileInputDiscovery(InstantSource.system()).discover(command, "", asked);
            assertThat(asked.listings > 0).as(text).isEqualTo(!text.contains("nowhere"));
            assertThat(found).isInstanceOf(DiscoveryResult.InputsFound.class);
        }
        Files.writeString(root.resolve("a.c"), "#include \"gone.h\"\n");
        Asked asked = new Asked();
        DiscoveryResult failing = new CompileInputDiscovery(InstantSource.system())
                .discover(command(List.of("gcc", "-c", "a.c"), root, asked), "", asked);
        assertThat(((DiscoveryResult.InputsUnknown) failing).reason().code())
                .isEqualTo(LocalReason.ReasonCode.PREPROCESSING_FAILED);
        assertThat(asked.listings).isPositive();
    }

    @Test
    void asksWhereATextCannotBeReadThatTheCommandDoesNotNeed() throws IOException {
        Path root = parent.toRealPath();
        Files.writeString(root.resolve("a.c"), "#ifdef NEVER\n#include \"secret.h\"\n#endif\nint a;\n");
        Files.writeString(root.resolve("secret.h"), "");
        Asked asked = new Asked() {
            @Override
            public Digest digest(Path path, FileStat stat) throws IOException {
                if (path.endsWith("secret.h")) {
                    throw new AccessDeniedException(path.toString());
                }
                return super.digest(path, stat);
            }
        };
        CompileCommand command = command(List.of("gcc", "-c", "a.c"), root, asked);
        assertThat(files(new CompileInputDiscovery(InstantSource.system()).discover(command, "", asked)))
                .contains(root.resolve("a.c")).doesNotContain(root.resolve("secret.h"));
        assertThat(asked.listings).isPositive();
    }

    @Test
    void asksForTheSearchAgainWhenADirectoryAppears() throws IOException {
        Path root = parent.toRealPath();
        Files.writeString(root.resolve("a.c"), "#include <h.h>\n");
        Files.createDirectories(root.resolve("late"));
        Files.writeString(root.resolve("late/h.h"), "");
        Asked asked = new Asked();
        CompileInputDiscovery discovery = new CompileInputDiscovery(InstantSource.system());
        CompileCommand command = command(List.of("gcc", "-c", "a.c", "-Iearly", "-Ilate"), root, asked);
        assertThat(files(discovery.discover(command, "", asked))).contains(root.resolve("late/h.h"));
        Files.createDirectories(root.resolve("early"));
        Files.writeString(root.resolve("early/h.h"), "");
        assertThat(files(discovery.discover(command, "", asked))).contains(root.resolve("early/h.h"))
                .doesNotContain(root.resolve("late/h.h"));
        assertThat(asked.listings).isZero();
    }

    private static List<Path> files(DiscoveryResult found) {
        return ((DiscoveryResult.InputsFound) found).inputs().inputs().stream().map(Input::path).toList();
    }

    private static CompileCommand command(List<String> argv, Path directory, RealMachine machine) throws IOException {
        CompilerFamily family = argv.getFirst().startsWith("clang") ? CompilerFamily.CLANG : CompilerFamily.GCC;
        CommandPlan plan = CommandClassifier.parse(new Invocation(argv, Path.of("/usr/bin", argv.getFirst()), directory,
                SmallProject.ENVIRONMENT, 022, Optional.empty()), family, machine);
        return ((CommandPlan.Replay) plan).command();
    }

    /** The real paths of what the compiler lists; empty if it fails. */
    private static Optional<Set<Path>> listed(CompileCommand command, RealMachine machine) throws IOException {
        try {
            Set<Path> real = new TreeSet<>();
            for (Path path : CompilerDependencyListing.of(command, machine).files()) {
                real.add(path.toRealPath());
            }
            return Optional.of(real);
        } catch (UnresolvableInputsException _) {
            return Optional.empty();
        }
    }
}

package dev.floe.command.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.RealMachine;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.options.ResponseFileExpander;
import dev.floe.command.parser.CommandClassifier;

/** Every file and directory that a plain compile finds, other than the toolchain's own, is in its input set. */
final class CompileInputDiscoveryTraceTest {
    @TempDir
    static Path parent = Path.of("/");
    static Path directory = Path.of("/");

    private static final RealMachine MACHINE = new RealMachine();
    private static final CompileInputDiscovery DISCOVERY = new CompileInputDiscovery(InstantSource.system());

    @BeforeAll
    static void project() throws IOException {
        assumeTrue(FileTrace.available(), "no strace here, so nothing to compare with");
        directory = parent.toRealPath().resolve("project");
        SmallProject.create(directory);
        SmallProject.precompile(directory, MACHINE);
    }

    static Stream<String> commands() throws IOException {
        try (InputStream in = Objects
                .requireNonNull(CompileInputDiscoveryTraceTest.class.getResourceAsStream("traced.commands"))) {
            return new String(in.readAllBytes(), UTF_8).lines().filter(l -> !l.isBlank() && !l.startsWith("//"))
                    .toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void findsAllThatTheCompilerFinds(String row) throws Exception {
        Map<String, String> environment = new HashMap<>(SmallProject.ENVIRONMENT);
        List<String> argv = new ArrayList<>(ResponseFileExpander.split(row));
        while (argv.getFirst().matches("[A-Z_]+=.*")) {
            String[] variable = argv.removeFirst().split("=", 2);
            environment.put(variable[0], variable[1].replace("@DIR@", directory.toString()));
        }
        argv.replaceAll(word -> word.replace("@DIR@", directory.toString()));
        Set<Path> before = snapshot();
        Path compiler = Path.of("/usr/bin", argv.getFirst());
        CompilerFamily family = argv.getFirst().startsWith("clang") ? CompilerFamily.CLANG : CompilerFamily.GCC;
        CommandPlan plan = CommandClassifier.parse(
                new Invocation(argv, compiler, directory, environment, 022, Optional.empty()),
                family,
                MACHINE);
        assertThat(plan).isInstanceOf(CommandPlan.Replay.class);
        DiscoveryResult discovery = DISCOVERY.discover(((CommandPlan.Replay) plan).command(), "", MACHINE);
        assertThat(snapshot()).as("discovery writes nothing").isEqualTo(before);
        assertThat(discovery).isInstanceOf(DiscoveryResult.InputsFound.class);
        Set<Path> inputs = ((DiscoveryResult.InputsFound) discovery).inputs().inputs().stream().map(Input::path)
                .collect(Collectors.toCollection(TreeSet::new));

        FileTrace trace = FileTrace.of(argv, directory, environment);
        assertThat(trace.exitCode()).as(trace.messages()).isZero();
        Set<Path> missing = new TreeSet<>();
        for (Path found : trace.found()) {
            boolean made = found.startsWith(directory) && !before.contains(found);
            if (!made && !inputs.contains(found) && !isToolchain(found) && !isBeyond(found)) {
                missing.add(found);
            }
        }
        snapshot().stream().filter(path -> !before.contains(path)).sorted((a, b) -> b.compareTo(a))
                .forEach(CompileInputDiscoveryTraceTest::delete);
        assertThat(missing).isEmpty();
    }

    /** Programs, libraries, and what drivers probe for; the toolchain holds these. */
    private static boolean isToolchain(Path path) {
        String text = path.toString();
        return text.matches(".*\\.so(\\.[0-9.]+)?") || text.startsWith("/etc/ld.so")
                || text.startsWith("/usr/local/cuda") || text.endsWith("/crtbegin.o")
                || text.equals("/usr/local/bin/ptxas")
                || Files.isRegularFile(path) && Files.isExecutable(path)
                || Files.isDirectory(path) && !path.startsWith(directory);
    }

    private static boolean isBeyond(Path path) {
        return path.startsWith("/proc") || path.startsWith("/dev") || path.startsWith("/sys")
                || path.getParent() != null && path.getParent().equals(Path.of("/tmp"));
    }

    private static Set<Path> snapshot() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

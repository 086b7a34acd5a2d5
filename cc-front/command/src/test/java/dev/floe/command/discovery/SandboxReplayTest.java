package dev.floe.command.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.ProcessOutput;
import dev.floe.command.RealMachine;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.options.ResponseFileExpander;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.store.Digest;

/** A compile that sees its input set and its programs, and nothing else, gives what the plain compile gives. */
final class SandboxReplayTest {
    /** Programs and libraries; all other files come from the input set. */
    private static final List<String> TOOLCHAIN = List.of("/usr/bin", "/usr/lib/gcc", "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/llvm-14", "/usr/lib64");

    @TempDir
    static Path parent = Path.of("/");
    static Path directory = Path.of("/");

    private static final RealMachine MACHINE = new RealMachine();
    private static final CompileInputDiscovery DISCOVERY = new CompileInputDiscovery(InstantSource.system());

    @BeforeAll
    static void project() throws IOException {
        directory = parent.toRealPath().resolve("project");
        SmallProject.create(directory);
        SmallProject.precompile(directory, MACHINE);
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "no bubblewrap here");
        ProcessOutput trial = MACHINE.run(Path.of("/usr/bin/bwrap"), List.of("bwrap", "--bind", "/", "/", "true"),
                parent,
                SmallProject.ENVIRONMENT);
        assumeTrue(trial.exitCode() == 0, "bubblewrap may not make namespaces here");
    }

    static Stream<String> commands() throws IOException {
        return CompileInputDiscoveryTraceTest.commands().filter(row -> !row.matches(".*(--coverage|-ftime-trace).*"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void givesWhatThePlainCompileGives(String row) throws Exception {
        Map<String, String> environment = new HashMap<>(SmallProject.ENVIRONMENT);
        List<String> argv = new ArrayList<>(ResponseFileExpander.split(row));
        while (argv.getFirst().matches("[A-Z_]+=.*")) {
            String[] variable = argv.removeFirst().split("=", 2);
            environment.put(variable[0], variable[1].replace("@DIR@", directory.toString()));
        }
        environment.put("SOURCE_DATE_EPOCH", "1000000000");
        argv.replaceAll(word -> word.replace("@DIR@", directory.toString()));
        Path compiler = Path.of("/usr/bin", argv.getFirst());
        CompilerFamily family = argv.getFirst().startsWith("clang") ? CompilerFamily.CLANG : CompilerFamily.GCC;
        CompileCommand command = ((CommandPlan.Replay) CommandClassifier.parse(
                new Invocation(argv, compiler, directory, environment, 022, Optional.empty()), family, MACHINE))
                .command();
        DiscoveryResult.InputsFound found = (DiscoveryResult.InputsFound) DISCOVERY.discover(command, "", MACHINE);

        long second = Instant.now().getEpochSecond();
        Path tree = Files.createTempDirectory(parent, "tree");
        build(tree, found.inputs().inputs(), command);
        Map<String, String> before = files(tree);
        ProcessOutput replay = MACHINE.run(Path.of("/usr/bin/bwrap"), sandboxed(tree, command), parent,
                SmallProject.ENVIRONMENT);
        Map<String, String> made = files(tree);
        before.keySet().forEach(made::remove);
        delete(tree);

        Map<String, String> plainBefore = files(directory);
        ProcessOutput plain = MACHINE.run(compiler, argv, directory, environment);
        Map<String, String> plainMade = files(directory);
        plainBefore.keySet().forEach(plainMade::remove);
        for (String name : plainMade.keySet()) {
            Files.delete(directory.resolve(name));
        }
        if (family == CompilerFamily.CLANG && row.contains("time.c") && Instant.now().getEpochSecond() != second) {
            givesWhatThePlainCompileGives(row); // this clang knows no SOURCE_DATE_EPOCH: both must see the same second
            return;
        }
        assertThat(new String(replay.stderr(), StandardCharsets.UTF_8))
                .isEqualTo(new String(plain.stderr(), StandardCharsets.UTF_8));
        assertThat(replay.exitCode()).isEqualTo(plain.exitCode());
        Map<String, String> expected = new TreeMap<>();
        plainMade.forEach((name, digest) -> expected
                .put(directory.resolve(name).toString().substring(1), digest));
        assertThat(made).isEqualTo(expected);
    }

    private static void build(Path tree, List<Input> inputs, CompileCommand command) throws IOException {
        for (String directory : TOOLCHAIN) {
            Files.createDirectories(tree.resolve(directory.substring(1)));
        }
        Map<Integer, Path> groups = new HashMap<>();
        for (Input input : inputs) {
            Path place = tree.resolve(input.path().toString().substring(1));
            if (TOOLCHAIN.stream().anyMatch(directory -> input.path().startsWith(directory))) {
                continue;
            }
            switch (input) {
                case Input.Directory directory -> Files.createDirectories(place);
                case Input.Link link -> Files.createSymbolicLink(place, Path.of(link.target()));
                case Input.File file when file.group() != 0 && groups.containsKey(file.group()) ->
                    Files.createLink(place, Objects.requireNonNull(groups.get(file.group())));
                case Input.File file -> {
                    Files.copy(file.path(), place);
                    groups.put(file.group(), place);
                    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-r--r--"));
                    Files.setLastModifiedTime(place,
                            FileTime.from(file.keepTime() ? file.mtimeNanos() : 0, TimeUnit.NANOSECONDS));
                }
            }
        }
        for (Path output : command.outputDirectories()) {
            Path place = tree.resolve(output.normalize().toString().substring(1));
            if (Files.isDirectory(output) && !Files.isDirectory(place)) {
                throw new AssertionError("no output directory " + output);
            }
        }
    }

    private static List<String> sandboxed(Path tree, CompileCommand command) {
        List<String> argv = new ArrayList<>(List.of("bwrap", "--unshare-all", "--bind", tree.toString(), "/",
                "--dev", "/dev", "--proc", "/proc", "--clearenv"));
        for (String directory : TOOLCHAIN) {
            argv.addAll(List.of("--ro-bind", directory, directory));
        }
        for (String link : List.of("bin", "lib", "lib64")) {
            if (!Files.isSymbolicLink(tree.resolve(link))) {
                argv.addAll(List.of("--symlink", "usr/" + link, "/" + link));
            }
        }
        command.environment().forEach((name, value) -> argv.addAll(List.of("--setenv", name, value)));
        argv.addAll(List.of("--chdir", command.cwd().toString(), "--",
                command.invocation().compiler().toString()));
        argv.addAll(command.argv().subList(1, command.argv().size()));
        return argv;
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(path).toString(), Digest.ofFile(path).toString());
            }
        }
        return files;
    }
}

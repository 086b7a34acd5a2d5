package dev.floe.command.parser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.LocalReason;
import dev.floe.command.RealMachine;

final class CommandClassifierTest {
    @TempDir
    Path directory = Path.of("/");

    private final RealMachine machine = new RealMachine();

    @BeforeEach
    void files() throws IOException {
        for (String name : List.of("a.c", "a.cc", "a.s", "a.S", "a.i", "b.c", "list.txt", "prof.data", "plain.specs")) {
            Files.writeString(directory.resolve(name), "");
        }
        Files.writeString(directory.resolve("nested.specs"), "%include <other.specs>\n");
        Files.writeString(directory.resolve("native.specs"), "*cc1_options:\n+ %{!march=*:-march=native}\n");
        Files.writeString(directory.resolve("all.rsp"), "-c a.c\n-o 'out dir/a.o' @more.rsp");
        Files.writeString(directory.resolve("more.rsp"), "-DX=\\\"y\\\" -isystem inc");
        Files.createDirectories(directory.resolve("obj"));
        Files.createDirectories(directory.resolve("own"));
        Files.writeString(directory.resolve("own/as"), "");
        Files.writeString(directory.resolve("own/aas"), "");
        Files.createSymbolicLink(directory.resolve("link.o"), Path.of("elsewhere.o"));
    }

    static Stream<String> commands() throws IOException {
        try (InputStream in = Objects
                .requireNonNull(CommandClassifierTest.class.getResourceAsStream("commands.table"))) {
            return new String(in.readAllBytes(), UTF_8).lines().filter(l -> !l.isBlank() && !l.startsWith("//"))
                    .toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void decidesAsTheTableSays(String row) throws IOException {
        String[] columns = row.split("=>");
        String expected = columns[1].strip();
        List<String> argv = List.of(columns[0].strip().split(" +"));
        switch (CommandClassifier.parse(call(argv, Map.of()), family(argv), machine)) {
            case CommandPlan.Local local -> assertThat("local " + local.reason().code()).isEqualTo(expected);
            case CommandPlan.Replay replay -> {
                CompileCommand command = replay.command();
                Path output = command.primaryOutput();
                assertThat(command.language() + " "
                        + (output == null ? "-" : directory.relativize(output).toString()))
                        .isEqualTo(expected);
                assertThat(command.argv()).isEqualTo(argv);
                assertThat(command.preprocessing().arguments())
                        .doesNotContain("-c", "-S", "-o", "-MD", "-MMD", "-MF", "-MT", "-save-temps", "--coverage");
            }
        }
    }

    @Test
    void namesFurtherOutputsThatStandInResponseFiles() throws IOException {
        Files.writeString(directory.resolve("deps.rsp"), "-MD -MF obj/a.deps");
        CompileCommand command = replay(call(List.of("gcc", "-c", "a.c", "@deps.rsp"), Map.of()), CompilerFamily.GCC);
        assertThat(command.outputNames().files()).containsExactly(directory.resolve("a.o"),
                directory.resolve("obj/a.deps"));
    }

    @Test
    void namesFurtherOutputsOfACheckOfTheSyntax() throws IOException {
        List<String> check = List.of("gcc", "-fsyntax-only", "-MD", "a.c");
        assertThat(replay(call(check, Map.of()), CompilerFamily.GCC).outputNames().files())
                .contains(directory.resolve("a-a.d"), directory.resolve("a.d"));
        List<String> named = Stream.concat(check.stream(), Stream.of("-o", "obj/b.o")).toList();
        CompileCommand command = replay(call(named, Map.of()), CompilerFamily.GCC);
        assertThat(command.outputNames().files()).contains(directory.resolve("obj/b.d"),
                directory.resolve("obj/b.o-a.d"));
        assertThat(command.outputNames().certain()).isFalse();
        assertThat(command.outputDirectories()).contains(directory.resolve("obj"));
    }

    @Test
    void aDirectoryForScratchFilesGoesAlong() throws IOException {
        Map<String, String> environment = Map.of("TMPDIR", "scratch/..//mine", "TMP", "/tmp/");
        CompileCommand command = replay(call(List.of("gcc", "-c", "a.c", "-o", "obj/a.o"), environment),
                CompilerFamily.GCC);
        assertThat(command.environment()).containsAllEntriesOf(environment);
        assertThat(command.outputDirectories())
                .containsExactlyInAnyOrder(directory, directory.resolve("obj"), directory.resolve("mine"));
    }

    @Test
    void readsResponseFilesAsInputsAndAsWords() throws IOException {
        CompileCommand command = replay(call(List.of("gcc", "@all.rsp"), Map.of()), CompilerFamily.GCC);
        assertThat(command.argv()).containsExactly("gcc", "@all.rsp");
        assertThat(command.primaryOutput()).isEqualTo(directory.resolve("out dir/a.o"));
        assertThat(command.namedInputs()).contains(directory.resolve("all.rsp"), directory.resolve("more.rsp"));
        assertThat(command.preprocessing().arguments()).contains("-DX=\"y\"", "-isystem", "inc");
        assertThat(command.preprocessing().searchDirectories()).containsExactly(directory.resolve("inc"));
    }

    @Test
    void namesEveryDirectoryThatIsWrittenTo() throws IOException {
        CompileCommand command = replay(call(List.of("gcc", "-c", "a.c", "-o", "obj/a.o", "-MD", "-MF", "deps/a.d",
                "-Wa,-adhln=lst/a.lst", "-dumpdir", "dump/", "-fdump-tree-all=trees/t", "-Wp,-MMD,wp/x.d"), Map.of()),
                CompilerFamily.GCC);
        assertThat(command.outputDirectories()).containsExactlyInAnyOrder(directory, directory.resolve("obj"),
                directory.resolve("deps"), directory.resolve("lst"), directory.resolve("dump"),
                directory.resolve("trees"), directory.resolve("wp"));
    }

    @Test
    void namesFilesThatOptionsRead() throws IOException {
        CompileCommand command = replay(call(List.of("clang", "-c", "a.c", "-fsanitize-ignorelist=list.txt",
                "-fprofile-sample-use=prof.data"), Map.of()), CompilerFamily.CLANG);
        assertThat(command.namedInputs()).containsExactly(directory.resolve("list.txt"),
                directory.resolve("prof.data"));
        CompileCommand gcc = replay(call(List.of("gcc", "-c", "a.c", "-specs=plain.specs", "-Wa,list.txt"), Map.of()),
                CompilerFamily.GCC);
        assertThat(gcc.namedInputs()).containsExactly(directory.resolve("plain.specs"),
                directory.resolve("list.txt"));
    }

    @Test
    void takesTheFilesOfAClangConfigurationAsInputs() throws IOException {
        Files.createDirectories(directory.resolve("conf"));
        Files.writeString(directory.resolve("conf/a.cfg"),
                "# a comment @gone.cfg\n-DX=1 \\\n  -I<CFGDIR>/inc\n@b.cfg\n");
        Files.writeString(directory.resolve("conf/b.cfg"), "--target=x86_64-linux-gnu -include forced.h\n");
        for (List<String> config : List.of(List.of("--config", "conf/a.cfg"), List.of("--config=conf/a.cfg"))) {
            CompileCommand command = replay(call(Stream.concat(Stream.of("clang", "-c", "a.c"), config.stream())
                    .toList(), Map.of()), CompilerFamily.CLANG);
            assertThat(command.namedInputs()).containsExactly(directory.resolve("conf/a.cfg"),
                    directory.resolve("conf/b.cfg"));
            assertThat(command.preprocessing().searchDirectories()).containsExactly(directory.resolve("conf/inc"));
            assertThat(command.preprocessing().forced()).containsExactly("forced.h");
        }
    }

    @Test
    void keepsAClangConfigurationLocalThatWritesFilesOrCannotBeRead() throws IOException {
        Files.writeString(directory.resolve("writes.cfg"), "-MD -MF x.d\n");
        Files.writeString(directory.resolve("plugin.cfg"), "-fplugin=./x.so\n");
        Files.writeString(directory.resolve("native.cfg"), "-march=native\n");
        Files.writeString(directory.resolve("loop.cfg"), "@loop.cfg\n");
        Files.writeString(directory.resolve("gone.cfg"), "@no.cfg\n");
        for (String config : List.of("./writes.cfg", "./plugin.cfg", "./native.cfg", "./loop.cfg", "./gone.cfg",
                "./no.cfg", "writes.cfg")) {
            assertThat(CommandClassifier.parse(call(List.of("clang", "--config", config, "-c", "a.c"), Map.of()),
                    CompilerFamily.CLANG, machine)).as(config).isInstanceOfSatisfying(CommandPlan.Local.class,
                            local -> assertThat(local.reason().code())
                                    .isEqualTo(LocalReason.ReasonCode.CONFIGURATION));
        }
    }

    @Test
    void leavesSpecsThatAreAPipeToTheCompiler() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe.specs").toString()).start().waitFor()).isZero();
        assertThat(CommandClassifier.parse(call(List.of("gcc", "-specs=pipe.specs", "-c", "a.c"), Map.of()),
                CompilerFamily.GCC, machine)).isInstanceOfSatisfying(CommandPlan.Local.class,
                        local -> assertThat(local.reason().code())
                                .isEqualTo(LocalReason.ReasonCode.SPECIAL_INPUT));
    }

    /** Each would fill the memory of the node. */
    @Test
    void keepsLongResponseFilesLocal() throws IOException {
        Files.writeString(directory.resolve("long.rsp"), "-DX ".repeat(2 << 20));
        Files.writeString(directory.resolve("short.rsp"), "a ".repeat(200_000));
        Files.writeString(directory.resolve("part.rsp"), "-D" + "x".repeat(1 << 20) + "\n");
        Files.writeString(directory.resolve("many.rsp"), "@part.rsp ".repeat(500));
        for (String name : List.of("@long.rsp", "@short.rsp", "@many.rsp")) {
            assertThat(CommandClassifier.parse(call(List.of("gcc", name, "-c", "a.c"), Map.of()), CompilerFamily.GCC,
                    machine)).as(name).isInstanceOfSatisfying(CommandPlan.Local.class,
                            local -> assertThat(local.reason().code())
                                    .isEqualTo(LocalReason.ReasonCode.RESPONSE_FILE));
        }
    }

    @Test
    void carriesOnlyVariablesThatMatter() throws IOException {
        CompileCommand command = replay(call(List.of("gcc", "-c", "a.c"), Map.of("PATH", "/usr/bin", "HOME", "/root",
                "LC_ALL", "C.UTF-8", "LC_TIME", "C", "LC_MESSAGES", "C", "MAKEFLAGS", "j", "CPATH", "inc")),
                CompilerFamily.GCC);
        assertThat(command.environment()).containsOnlyKeys("PATH", "LC_ALL", "LC_MESSAGES", "CPATH");
    }

    @Test
    void staysLocalForVariablesThatChangeWhatIsWritten() throws IOException {
        for (String name : List.of("DEPENDENCIES_OUTPUT", "COMPILER_PATH", "CCC_OVERRIDE_OPTIONS", "GCC_EXEC_PREFIX",
                "GCC_COMPARE_DEBUG")) {
            assertThat(CommandClassifier.parse(call(List.of("gcc", "-c", "a.c"), Map.of(name, "x")), CompilerFamily.GCC,
                    machine))
                    .isEqualTo(new CommandPlan.Local(new LocalReason(LocalReason.ReasonCode.ENVIRONMENT, name)));
        }
    }

    @Test
    void staysLocalWithoutItsWorkingDirectory() throws IOException {
        Invocation call = new Invocation(List.of("gcc", "-c", "a.c"), Path.of("/usr/bin/gcc"),
                directory.resolve("gone"), Map.of(), 022, Optional.empty());
        assertThat(CommandClassifier.parse(call, CompilerFamily.GCC, machine)).isInstanceOf(CommandPlan.Local.class);
    }

    @Test
    void leavesNothingInTheRootDirectoryOrInDevices() throws IOException {
        Path object = directory.resolve("a.o");
        List<String> elsewhere = List.of("gcc", "-c", directory.resolve("a.c").toString(), "-o", object.toString());
        for (String place : List.of("/", "/dev/shm")) {
            CompileCommand command = replay(in(place, elsewhere), CompilerFamily.GCC);
            assertThat(command.primaryOutput()).isEqualTo(object);
            assertThat(reason(in(place, elsewhere.subList(0, 3)))).isEqualTo(LocalReason.ReasonCode.SANDBOX_PATH);
        }
        List<String> below = List.of("gcc", "-c", elsewhere.get(2), "-o", "/dev/shm/build/a.o");
        assertThat(replay(in("/", below), CompilerFamily.GCC).primaryOutput()).isEqualTo(Path.of(below.get(4)));
        assertThat(reason(in("/dev", elsewhere))).isEqualTo(LocalReason.ReasonCode.SANDBOX_PATH);
    }

    private static Invocation in(String directory, List<String> argv) {
        return new Invocation(argv, Path.of("/usr/bin/gcc"), Path.of(directory), Map.of(), 022, Optional.empty());
    }

    private LocalReason.ReasonCode reason(Invocation call) throws IOException {
        CommandPlan plan = CommandClassifier.parse(call, CompilerFamily.GCC, machine);
        assertThat(plan).isInstanceOf(CommandPlan.Local.class);
        return ((CommandPlan.Local) plan).reason().code();
    }

    private CompileCommand replay(Invocation call, CompilerFamily family) throws IOException {
        CommandPlan plan = CommandClassifier.parse(call, family, machine);
        assertThat(plan).isInstanceOf(CommandPlan.Replay.class);
        return ((CommandPlan.Replay) plan).command();
    }

    private Invocation call(List<String> argv, Map<String, String> environment) {
        return new Invocation(argv, Path.of("/usr/bin/" + argv.getFirst()), directory, environment, 022,
                Optional.empty());
    }

    private static CompilerFamily family(List<String> argv) {
        return argv.getFirst().startsWith("clang") ? CompilerFamily.CLANG : CompilerFamily.GCC;
    }
}

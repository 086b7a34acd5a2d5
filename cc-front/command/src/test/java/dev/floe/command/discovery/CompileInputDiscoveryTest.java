package dev.floe.command.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.LocalReason;
import dev.floe.command.RealMachine;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.parser.CommandClassifier;

final class CompileInputDiscoveryTest {
    @TempDir
    Path parent = Path.of("/");

    private final RealMachine machine = new RealMachine();
    private Path directory = Path.of("/");

    @BeforeEach
    void project() throws IOException {
        directory = parent.toRealPath().resolve("project");
        SmallProject.create(directory);
    }

    @Test
    void recordsEachLinkOnTheWay() throws IOException {
        List<Input> inputs = found("gcc -c names.c -Iinclink");
        assertThat(inputs).contains(new Input.Link(directory.resolve("inclink"), "inc"),
                new Input.Link(directory.resolve("inc/linked.h"), "../forced.h"));
        assertThat(paths(inputs)).contains(directory.resolve("forced.h"), directory.resolve("inc"));
        assertThat(paths(found("cc -c plain.c"))).contains(Path.of("/usr/bin/cc"))
                .doesNotContain(Path.of("/usr/bin/cc").toRealPath());
    }

    @Test
    void recordsTheLinksOfTheNamedWorkingDirectory() throws IOException {
        Path link = directory.resolveSibling("link");
        Files.createSymbolicLink(link, Path.of("project"));
        assertThat(found("gcc -c plain.c", Map.of("PWD", link.toString()))).contains(new Input.Link(link, "project"));
    }

    @Test
    void recordsEmptyDirectoriesAndThoseThatAreLeftAgain() throws IOException {
        assertThat(paths(found("gcc -c plain.c -Iempty -I sub/../missing -o out/plain.o")))
                .contains(directory.resolve("empty"), directory.resolve("sub"), directory.resolve("out"))
                .doesNotContain(directory.resolve("missing"));
    }

    @Test
    void keepsTheTimesOfEqualFilesAndTheUnityOfHardLinks() throws IOException {
        List<Input> inputs = found("gcc -c names.c -Iinc usemacro.c".replace(" usemacro.c", " -include macros.h"));
        assertThat(file(inputs, "inc/same1.h").keepTime()).isTrue();
        assertThat(file(inputs, "inc/same2.h").keepTime()).isTrue();
        assertThat(file(inputs, "inc/with space.h").keepTime()).isFalse();
        assertThat(file(inputs, "inc/same1.h").group()).isZero();
        assertThat(file(inputs, "inc/hard.h").group()).isEqualTo(file(inputs, "macros.h").group()).isPositive();
    }

    @Test
    void keepsEveryTimeForTimestampsAndForClangsPrecompiledHeaders() throws IOException {
        assertThat(found("gcc -c time.c").stream().filter(Input.File.class::isInstance)
                .map(Input.File.class::cast)).allMatch(Input.File::keepTime);
        SmallProject.precompile(directory, machine);
        assertThat(file(found("clang -c forcedpch.c -include build/pch.h"), "build/pch.h").keepTime()).isTrue();
    }

    @Test
    void saysWhetherTheClockIsRead() throws IOException {
        assertThat(((DiscoveryResult.InputsFound) discover("gcc -c time.c", Map.of())).readsClock()).isTrue();
        assertThat(((DiscoveryResult.InputsFound) discover("gcc -c plain.c", Map.of())).readsClock()).isFalse();
        assertThat(((DiscoveryResult.InputsFound) discover("gcc -c plain.c -DT=__DATE__", Map.of())).readsClock())
                .isTrue();
    }

    @Test
    void followsWhatMacrosLookFor() throws IOException {
        assertThat(paths(found("gcc -c wrapped.c"))).contains(directory.resolve("inc/optional.h"));
    }

    @Test
    void followsTheAssembler() throws IOException {
        assertThat(paths(found("gcc -c asm.s -Iinc -Wa,-Iinc"))).contains(directory.resolve("inc/asm.inc"),
                directory.resolve("inc/nested.bin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#define N \"a.bin\"\n__asm__(\".incbin \\\"\" N \"\\\"\");\n",
            "#define N \"a.h\"\n#if __has_include(N)\n#endif\n", "#define T(x) #x\n#if __has_include(T(a.h))\n#endif\n",
            "#define HAS(x) __has_include(x)\n#define N <a.h>\n#if HAS(N)\n#endif\n"})
    void guessesNamesThatMacrosCompute(String text) throws IOException {
        Files.writeString(directory.resolve("c.c"), text);
        DiscoveryResult.InputsFound found = (DiscoveryResult.InputsFound) new CompileInputDiscovery(
                InstantSource.system())
                .discover(command("gcc -c c.c", Map.of()), "", machine, true);
        assertThat(found.guess()).isPresent();
        assertThat(found.footprint().get()).isEmpty();
        DiscoveryResult.InputsFound plain = (DiscoveryResult.InputsFound) discover("gcc -c plain.c", Map.of());
        assertThat(plain.guess()).isEmpty();
    }

    @Test
    void guessesWhatAPrefixChanges() throws IOException {
        assertThat(((DiscoveryResult.InputsFound) discover("gcc -c plain.c -Bempty", Map.of())).guess())
                .contains("-Bempty");
    }

    @Test
    void followsMacrosThatStandForOneThatLooks() throws IOException {
        Files.writeString(directory.resolve("n.c"),
                "#define HAS(x) __has_include(x)\n#define ALSO(y) HAS(y)\n#if ALSO(\"inc/optional.h\")\n#endif\n");
        assertThat(paths(found("gcc -c n.c"))).contains(directory.resolve("inc/optional.h"));
        assertThat(((DiscoveryResult.InputsFound) discover("gcc -c n.c", Map.of())).guess()).isEmpty();
    }

    @Test
    void recordsTheSpecsThatTheCompilerReads() throws IOException {
        Path specs = Files.writeString(directory.resolve("inc/more.specs"), "*cpp:\n+ -DX\n\n");
        Files.writeString(directory.resolve("my.specs"), "%include <inc/more.specs>\n");
        assertThat(paths(found("gcc -c plain.c -specs=my.specs"))).contains(directory.resolve("my.specs"), specs);
    }

    @Test
    void recordsTheNameMapsOfRemap() throws IOException {
        Files.writeString(directory.resolve("inc/header.gcc"), "a-long-name.h optional.h\n");
        Files.writeString(directory.resolve("r.c"), "#include \"a-long-name.h\"\n");
        assertThat(paths(found("gcc -remap -Iinc -c r.c"))).contains(directory.resolve("inc/header.gcc"),
                directory.resolve("inc/optional.h"));
        assertThat(reason("gcc -Iinc -c r.c")).isEqualTo(LocalReason.ReasonCode.PREPROCESSING_FAILED);
    }

    @Test
    void doesNotReadLlvmsOwnLanguageAsAText() throws IOException {
        Files.writeString(directory.resolve("m.ll"), "__has_include(X) #embed Y __DATE__\n");
        DiscoveryResult.InputsFound found = (DiscoveryResult.InputsFound) discover("clang -c m.ll", Map.of());
        assertThat(found.guess()).isEmpty();
        assertThat(found.readsClock()).isFalse();
        assertThat(paths(found.inputs().inputs())).contains(directory.resolve("m.ll"));
    }

    @Test
    void leavesFailuresToTheLocalCompiler() throws IOException {
        Files.writeString(directory.resolve("bad.c"), "#include \"nowhere.h\"\n");
        assertThat(reason("gcc -c bad.c")).isEqualTo(LocalReason.ReasonCode.PREPROCESSING_FAILED);
        assertThat(reason("gcc -c gone.c")).isEqualTo(LocalReason.ReasonCode.MISSING_INPUT);
        assertThat(reason("gcc -c gone.i")).isEqualTo(LocalReason.ReasonCode.MISSING_INPUT);
    }

    @Test
    void leavesASourceThatIsAPipeToTheCompiler() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe.c").toString()).start().waitFor()).isZero();
        assertThat(reason("gcc -c pipe.c")).isEqualTo(LocalReason.ReasonCode.MISSING_INPUT);
    }

    /** To have the compiler list its inputs would take what the pipe holds. */
    @Test
    void leavesAHeaderThatIsAPipeToTheCompilerThatCompiles() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe.h").toString()).start().waitFor()).isZero();
        Files.writeString(directory.resolve("piped.c"), "#include \"pipe.h\"\n");
        assertThat(reason("gcc -c piped.c")).isEqualTo(LocalReason.ReasonCode.SPECIAL_INPUT);
        assertThat(reason("gcc -c useforced.c -include pipe.h")).isEqualTo(LocalReason.ReasonCode.SPECIAL_INPUT);
    }

    @Test
    void doesNotLookIntoDirectoriesOfPrecompiledHeaders() throws IOException {
        Files.createDirectories(directory.resolve("forced.h.gch"));
        assertThat(reason("gcc -c useforced.c -include forced.h")).isEqualTo(LocalReason.ReasonCode.PRECOMPILED_HEADER);
    }

    @Test
    void readsDirectoriesForAFootprintAlone() throws IOException {
        List<Path> read = new ArrayList<>();
        HostAccess watched = new RealMachine() {
            @Override
            public Optional<List<String>> list(Path path) throws IOException {
                read.add(path);
                return super.list(path);
            }
        };
        CompileCommand command = command("gcc -c plain.c", Map.of());
        CompileInputDiscovery discovery = new CompileInputDiscovery(InstantSource.system());
        var plain = (DiscoveryResult.InputsFound) discovery.discover(command, "", watched);
        assertThat(plain.footprint().get()).isEmpty();
        assertThat(read).isEmpty();
        var traced = (DiscoveryResult.InputsFound) discovery.discover(command, "", watched, true);
        assertThat(traced.inputs()).isEqualTo(plain.inputs());
        assertThat(traced.footprint().get()).isPresent();
        assertThat(read).contains(directory);
    }

    private List<Input> found(String command) throws IOException {
        return found(command, Map.of());
    }

    private List<Input> found(String command, Map<String, String> more) throws IOException {
        DiscoveryResult discovery = discover(command, more);
        assertThat(discovery).isInstanceOf(DiscoveryResult.InputsFound.class);
        return ((DiscoveryResult.InputsFound) discovery).inputs().inputs();
    }

    private LocalReason.ReasonCode reason(String command) throws IOException {
        DiscoveryResult discovery = discover(command, Map.of());
        assertThat(discovery).isInstanceOf(DiscoveryResult.InputsUnknown.class);
        return ((DiscoveryResult.InputsUnknown) discovery).reason().code();
    }

    private DiscoveryResult discover(String command, Map<String, String> more) throws IOException {
        return new CompileInputDiscovery(InstantSource.system()).discover(command(command, more), "", machine);
    }

    private CompileCommand command(String command, Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>(SmallProject.ENVIRONMENT);
        environment.putAll(more);
        List<String> argv = List.of(command.split(" "));
        CompilerFamily family = argv.getFirst().startsWith("clang") ? CompilerFamily.CLANG : CompilerFamily.GCC;
        CommandPlan plan = CommandClassifier.parse(
                new Invocation(argv, Path.of("/usr/bin", argv.getFirst()), directory, environment, 022,
                        Optional.empty()),
                family,
                machine);
        assertThat(plan).isInstanceOf(CommandPlan.Replay.class);
        return ((CommandPlan.Replay) plan).command();
    }

    private Input.File file(List<Input> inputs, String name) {
        return Stream.of(name).flatMap(n -> inputs.stream().filter(i -> i.path().equals(directory.resolve(n))))
                .map(Input.File.class::cast).findFirst().orElseThrow();
    }

    private static List<Path> paths(List<Input> inputs) {
        return inputs.stream().map(Input::path).toList();
    }
}

package dev.floe.command.parser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.LocalReason;
import dev.floe.command.ProcessOutput;
import dev.floe.command.RealMachine;

/** What is spelled out for native gives the same bytes, or the command stays local. */
final class MarchNativeExpanderTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    Path directory = Path.of("/");

    private final RealMachine machine = new RealMachine();

    @ParameterizedTest
    @ValueSource(strings = {"gcc -c a.c -O3 -march=native", "gcc -c a.c -O3 -mtune=native",
            "gcc -c a.c -O3 -march=native -mtune=native",
            "gcc -S a.c -O2 -march=native -mtune=generic", "gcc -c a.c -O3 -march=native -DX=1 -Wall -fPIC",
            "clang -c a.c -O3 -march=native", "clang -c a.c -O3 -march=native -g", "clang -c a.c -O3 -mtune=native",
            "clang -S a.c -O3 -march=native -g", "clang -c a.c -O2 -march=native -flto"})
    void givesTheSameBytes(String command) throws IOException {
        write();
        List<String> argv = List.of(command.split(" "));
        CommandPlan plan = plan(argv);
        assertThat(plan).isInstanceOf(CommandPlan.Replay.class);
        List<String> replayed = ((CommandPlan.Replay) plan).command().argv();
        assertThat(replayed).noneMatch(word -> word.contains("native"));
        assertThat(output(replayed)).isEqualTo(output(argv));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc -c a.c -O3 -mcpu=native", "gcc -c a.c -O3 -mcpu=native -march=native"})
    void givesTheDriversWarnings(String command) throws IOException {
        write();
        List<String> argv = List.of(command.split(" "));
        CommandPlan plan = plan(argv);
        assertThat(plan).isInstanceOf(CommandPlan.Replay.class);
        List<String> replayed = ((CommandPlan.Replay) plan).command().argv();
        assertThat(warnings(replayed)).isEqualTo(warnings(argv)).contains("-mcpu=");
        assertThat(output(replayed)).isEqualTo(output(argv));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcc -c a.c -g -march=native", "gcc -c a.c -O2 -frecord-gcc-switches -march=native",
            "gcc -c a.c -O3 -march=native -mno-avx", "gcc -c a.c -O2 -flto -mtune=native",
            "gcc -S a.c -fverbose-asm -march=native",
            "clang -c a.c -g -frecord-command-line -march=native", "gcc -c a.s -march=native"})
    void staysLocalOrGivesTheSameBytesWhereTheCommandIsRecorded(String command) throws IOException {
        write();
        List<String> argv = List.of(command.split(" "));
        switch (plan(argv)) {
            case CommandPlan.Local local -> assertThat(local.reason().code()).isEqualTo(LocalReason.ReasonCode.NATIVE);
            case CommandPlan.Replay replay -> assertThat(output(replay.command().argv())).isEqualTo(output(argv));
        }
    }

    private void write() throws IOException {
        Files.writeString(directory.resolve("a.c"), "double sum(double *a, double *b) { double s = 0;\n"
                + "for (int i = 0; i < 4096; i++) s += a[i] * b[i]; return s; }\n");
        Files.writeString(directory.resolve("a.s"), "nop\n");
    }

    private CommandPlan plan(List<String> argv) throws IOException {
        CompilerFamily family = argv.getFirst().equals("clang") ? CompilerFamily.CLANG : CompilerFamily.GCC;
        return CommandClassifier
                .parse(new Invocation(argv, Path.of("/usr/bin", argv.getFirst()), directory, ENVIRONMENT,
                        022, Optional.empty()), family, machine);
    }

    private String warnings(List<String> argv) throws IOException {
        return new String(machine.run(Path.of("/usr/bin", argv.getFirst()), argv, directory, ENVIRONMENT).stderr(),
                UTF_8);
    }

    private byte[] output(List<String> argv) throws IOException {
        List<String> command = new ArrayList<>(argv);
        command.addAll(List.of("-o", "out"));
        ProcessOutput run = machine.run(Path.of("/usr/bin", argv.getFirst()), command, directory, ENVIRONMENT);
        assertThat(run.exitCode()).as(new String(run.stderr(), UTF_8)).isZero();
        return Files.readAllBytes(directory.resolve("out"));
    }
}

package dev.floe.command.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.RealMachine;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.store.Digest;

/** What commands ask of a compiler that runs in place of their own. */
final class CompilerCapabilityTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void source() throws IOException {
        Files.writeString(directory.resolve("a.c"), "int a;\n");
        Files.writeString(directory.resolve("a.S"), ".text\n");
        Files.writeString(directory.resolve("rsp"), "-O2 -fstack-protector-strong\n");
    }

    private CompileCommand command(String words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("gcc"));
        argv.addAll(List.of(words.split(" ")));
        CommandPlan plan = CommandClassifier
                .parse(new Invocation(argv, Path.of("/usr/bin/gcc"), directory, Map.of(), 022,
                        Optional.empty()), CompilerFamily.GCC, new RealMachine());
        assertThat(plan).isInstanceOf(CommandPlan.Replay.class);
        return ((CommandPlan.Replay) plan).command();
    }

    @Test
    void asksForWhatItsWordsNeed() throws IOException {
        assertThat(CompilerCapability.asked(command("-O2 -c a.c"))).containsExactly(CompilerCapability.CODE);
        assertThat(CompilerCapability.asked(command("-g0 -c a.c"))).containsExactly(CompilerCapability.CODE);
        assertThat(CompilerCapability.asked(command("-g -O2 -c a.c"))).containsExactly(CompilerCapability.CODE,
                CompilerCapability.DEBUG);
        assertThat(CompilerCapability.asked(command("-ggdb3 -fstack-protector -c a.c")))
                .containsExactly(CompilerCapability.CODE, CompilerCapability.DEBUG, CompilerCapability.STACK_PROTECTOR);
        assertThat(CompilerCapability.asked(command("@rsp -c a.c"))).contains(CompilerCapability.STACK_PROTECTOR);
        assertThat(CompilerCapability.asked(command("-c a.S"))).containsExactly(CompilerCapability.ASSEMBLER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-flto", "-save-temps", "--sysroot=/x", "-frecord-gcc-switches", "-fprofile-arcs",
            "-gsplit-dwarf", "-fverbose-asm"})
    void leavesToItsOwnCompilerWhatNoSampleShows(String option) throws IOException {
        assertThat(CompilerCapability.obstacle(command(option + " -c a.c"), new InputSet(List.of()))).contains(option);
    }

    @Test
    void leavesToItsOwnCompilerWhatReadsAPrecompiledHeader() throws IOException {
        CompileCommand command = command("-O2 -c a.c");
        Input header = new Input.File(directory.resolve("a.h.gch"), 0644, Digest.ofBytes(new byte[0]), 0, false,
                0);

        assertThat(CompilerCapability.obstacle(command, new InputSet(List.of()))).isEmpty();
        assertThat(CompilerCapability.obstacle(command, new InputSet(List.of(header)))).isPresent();
    }
}

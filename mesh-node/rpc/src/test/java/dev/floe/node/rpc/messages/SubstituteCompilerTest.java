package dev.floe.node.rpc.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

/** How a compiler is called that runs in place of the command's own. */
final class SubstituteCompilerTest {
    private static final List<String> ARGV = List.of("gcc", "-c", "a.c");

    private static SubstituteCompiler compiler(String program) {
        return new SubstituteCompiler("t", program, List.of("-O2"), List.of("-idirafter", "/inc"), "", "");
    }

    @Test
    void oneWithAPathOfItsOwnIsCalledByIt() {
        assertThat(compiler("/opt/gcc").call("/usr/bin/gcc", ARGV)).containsExactly("/opt/gcc", "/opt/gcc", "-O2",
                "-c", "a.c", "-idirafter", "/inc");
    }

    @Test
    void oneWithThePathOfTheCommandsOwnIsCalledByTheCommandsName() {
        assertThat(compiler("").call("/usr/bin/gcc", ARGV)).containsExactly("/usr/bin/gcc", "gcc", "-O2", "-c", "a.c",
                "-idirafter", "/inc");
    }

    @Test
    void aCommandWithoutANameHasNoArgumentsToPass() {
        assertThat(compiler("/opt/gcc").call("/usr/bin/gcc", List.of())).containsExactly("/opt/gcc", "/opt/gcc", "-O2",
                "-idirafter", "/inc");
    }
}

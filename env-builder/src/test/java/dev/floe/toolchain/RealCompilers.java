package dev.floe.toolchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.driver.LocalCommandRunner;
import dev.floe.toolchain.driver.UnsupportedCompilerException;
import dev.floe.toolchain.locate.FoundToolchain;
import dev.floe.toolchain.locate.ToolchainFinder;

/** The compilers of the machine that runs the tests. */
public final class RealCompilers {
    public static final CommandRunner COMMANDS = new LocalCommandRunner(Duration.ofMinutes(1));

    private RealCompilers() {}

    /** The path of a compiler; a test is skipped, with the reason, where it is not installed. */
    public static Path installed(String name) {
        Path path = Path.of("/usr/bin", name);
        assumeTrue(Files.isExecutable(path), name + " is not installed");
        return path;
    }

    public static FoundToolchain find(String name) throws IOException, UnsupportedCompilerException {
        return new ToolchainFinder(COMMANDS).find(installed(name));
    }

    /** Runs a command that must succeed. */
    public static void run(List<String> argv) throws IOException {
        var output = COMMANDS.run(argv);
        assertThat(output.exitCode()).as("%s: %s", argv, output.errors()).isZero();
    }
}

package dev.floe.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code floe toolchain}. */
@Command(name = "toolchain", mixinStandardHelpOptions = true, description = "Shows and makes the toolchains of this machine's node.")
final class ToolchainCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: list, add or verify");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Shows the toolchains that this node holds, and who else does.")
    int list(@Mixin Asking node, @Mixin Asking.Form form) throws IOException {
        return node.ask(form, "toolchains");
    }

    @Command(name = "add", aliases = "create", mixinStandardHelpOptions = true, description = {
            "Packs a compiler and tries it out, which else happens at its first use. A cross compiler that was added, in any directory, is",
            "compared with the compilers of machines of its target, and compiles for those for which it gives the same answers.",
            "Prints the toolchain's id."})
    int add(@Mixin Asking node,
            @Parameters(paramLabel = "COMPILER", description = "its name in PATH, or its path") String compiler)
            throws IOException {
        return node.ask("toolchain-create", find(compiler).toString());
    }

    @Command(name = "verify", mixinStandardHelpOptions = true, description = "Reads every file of the toolchains held, and drops what is damaged.")
    int verify(@Mixin Asking node) throws IOException {
        return node.ask("toolchain-verify");
    }

    private static Path find(String compiler) throws IOException {
        if (compiler.contains("/")) {
            return Path.of(compiler).toAbsolutePath();
        }
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(directory, compiler);
            if (Files.isExecutable(candidate) && !candidate.toRealPath().getFileName().toString().equals("floe-cc")) {
                return candidate.toAbsolutePath();
            }
        }
        throw new IOException(compiler + " is not in PATH");
    }
}

package dev.floe.toolchain.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.toolchain.ToolchainFamily;

/** A compiler driver that answers questions about itself. */
public final class CompilerDriver {
    /** What tells one compiler from another of the same family. */
    public record Identity(ToolchainFamily family, String version, String target) {}

    private final Path driver;
    private final CommandRunner runner;

    public CompilerDriver(Path driver, CommandRunner runner) {
        this.driver = driver;
        this.runner = runner;
    }

    public Path driver() {
        return driver;
    }

    /** Who it is, by its predefined macros, since names lie. */
    public Identity identity() throws IOException, UnsupportedCompilerException {
        String macros = ask("-dM", "-E", "-x", "c", "/dev/null");
        ToolchainFamily family;
        if (macros.contains("#define __INTEL") || macros.contains("#define __NVCOMPILER")) {
            throw new UnsupportedCompilerException(driver, "is neither gcc nor clang");
        } else if (macros.contains("#define __clang__ ")) {
            family = ToolchainFamily.CLANG;
        } else if (macros.contains("#define __GNUC__ ")) {
            family = ToolchainFamily.GCC;
        } else {
            throw new UnsupportedCompilerException(driver, "is neither gcc nor clang");
        }
        String version = family == ToolchainFamily.GCC ? ask("-dumpfullversion", "-dumpversion") : ask("-dumpversion");
        return new Identity(family, version, ask("-dumpmachine"));
    }

    /** What it prints for an option, stripped. */
    public String ask(String... options) throws IOException, UnsupportedCompilerException {
        return run(options).output().strip();
    }

    /** What it says about itself while it does something, on standard error. */
    public List<String> explain(String... options) throws IOException, UnsupportedCompilerException {
        return run(options).errors().lines().toList();
    }

    /** Where it finds a program of its own; empty if it would leave that to {@code PATH}, or has none. */
    public Optional<Path> program(String name) throws IOException, UnsupportedCompilerException {
        return place(ask("-print-prog-name=" + name));
    }

    /** Where it finds a file of its own. */
    public Optional<Path> file(String name) throws IOException, UnsupportedCompilerException {
        return place(ask("-print-file-name=" + name));
    }

    private static Optional<Path> place(String answer) {
        return answer.startsWith("/") ? Optional.of(Path.of(answer)) : Optional.empty();
    }

    private CommandOutput run(String... options) throws IOException, UnsupportedCompilerException {
        List<String> argv = new ArrayList<>(List.of(driver.toString()));
        argv.addAll(List.of(options));
        CommandOutput output = runner.run(argv);
        if (output.exitCode() != 0) {
            throw new UnsupportedCompilerException(driver,
                    "does not answer " + String.join(" ", options) + ": exit code "
                            + output.exitCode() + ", " + output.errors().lines().findFirst().orElse("no message"));
        }
        return output;
    }
}

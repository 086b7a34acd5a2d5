package dev.floe.node.substitute;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerFacts;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.driver.CommandOutput;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.driver.LocalCommandRunner;
import dev.floe.toolchain.elf.IdentRewriter;
import dev.floe.toolchain.locate.ToolchainFinder;

/** Probes a compiler on this machine or in the sandbox for its profile. */
final class CompilerProbe {
    static final Map<String, String> ENVIRONMENT = Map.of("PATH", ToolchainFinder.STANDARD_PATH, "LC_ALL", "C");

    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** Asks the compilers of this machine. */
    static final CommandRunner HERE = new LocalCommandRunner(LONGEST);

    /** Named together in one option they would ask for what is all of them. */
    private static final List<String> KINDS = List.of("--help=target", "--help=optimizers", "--help=common",
            "--help=params");

    private final CommandRunner runner;
    private final ToolchainFamily family;
    private final Path driver;
    private final List<String> options;

    /**
     * @param runner  runs {@code driver}
     * @param options that are given with each question
     */
    CompilerProbe(CommandRunner runner, ToolchainFamily family, Path driver, List<String> options) {
        this.runner = runner;
        this.family = family;
        this.driver = driver;
        this.options = options;
    }

    private String ask(String... question) throws IOException {
        return run(List.of(), question).output();
    }

    private CommandOutput run(List<String> wanted, String... question) throws IOException {
        List<String> argv = new ArrayList<>(List.of(driver.toString()));
        argv.addAll(options);
        argv.addAll(wanted);
        argv.addAll(List.of(question));
        CommandOutput said = runner.run(argv);
        if (said.exitCode() != 0) {
            throw new IOException(String.join(" ", argv) + " ends with " + said.exitCode() + ": "
                    + said.errors().strip());
        }
        return said;
    }

    /** The version and the machines that it compiles for. */
    String version() throws IOException {
        return ask(family == ToolchainFamily.GCC ? "-dumpfullversion" : "-dumpversion").strip();
    }

    String target() throws IOException {
        return ask("-dumpmachine").strip();
    }

    /**
     * What a machine has for headers must not matter, not even stdc-predef.h.
     *
     * @param language as {@code -x} takes it
     */
    CompilerFacts facts(String language) throws IOException {
        List<String> macros = new ArrayList<>();
        for (String level : List.of("-O0", "-O2")) {
            ask("-nostdinc", "-I/", "-dM", "-E", level, "-x", language, "/dev/null").lines().sorted()
                    .forEach(macros::add);
        }
        List<String> defaults = new ArrayList<>();
        List<String> programs = new ArrayList<>();
        if (family == ToolchainFamily.GCC) {
            List<String> question = new ArrayList<>(List.of("-Q"));
            question.addAll(KINDS);
            question.addAll(List.of("-nostdinc", "-I/", "-x", language, "-S", "-o", "/dev/null", "/dev/null"));
            ask(question.toArray(String[]::new)).lines().map(CompilerProbe::line)
                    .filter(line -> line.startsWith("-") && !line.startsWith("-o <")).sorted().distinct()
                    .forEach(defaults::add);
            for (List<String> wanted : List.of(List.of("-O0"), List.of("-O2", "-g"))) {
                programs.addAll(DriverSubcommands.read(run(wanted, "-###", "-x", language, "-c", "/dev/null", "-o",
                        "/dev/null").errors()));
            }
            programs.add(DriverSubcommands.assembler(ask("-Wa,--version", "-x", "assembler", "-c", "/dev/null", "-o",
                    "/dev/null")));
        }
        if (family == ToolchainFamily.CLANG) {
            // A clang for aarch64 decides it by the libgcc that it finds, which a machine of another architecture need
            // not have.
            boolean outline = run(List.of(), "-###", "-c", "-x", language, "/dev/null", "-o", "/dev/null").errors()
                    .contains("\"+outline-atomics\"");
            defaults.add("-mno-outline-atomics " + (outline ? "[disabled]" : "[enabled]"));
            defaults.add("-moutline-atomics " + (outline ? "[enabled]" : "[disabled]"));
        }
        return new CompilerFacts(macros, defaults, programs.stream().sorted().distinct().toList());
    }

    private static String line(String line) {
        return line.strip().replaceAll("\\s+", " ");
    }

    /** Whether it knows where headers of C++ are: a clang does by the gcc that it finds for its target. */
    boolean findsHeadersOfCxx() throws IOException {
        return family == ToolchainFamily.GCC
                || run(List.of(), "-v", "-nostdinc", "-fsyntax-only", "-x", "c++", "/dev/null").errors()
                        .contains("Selected GCC installation: ");
    }

    /** What it signs objects with; empty if it does not. */
    Optional<String> identString() throws IOException {
        return IdentRewriter.readAssembly(ask("-nostdinc", "-I/", "-S", "-x", "c", "-o", "-", "/dev/null"));
    }
}

package dev.floe.node.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.front.RunOutput;
import dev.floe.node.toolchains.Programs;
import dev.floe.node.wire.StandInMessage.Facts;
import dev.floe.toolchain.Family;
import dev.floe.toolchain.elf.Ident;
import dev.floe.toolchain.find.ToolchainFinder;

/** What a compiler of this machine says of itself. */
final class Questions {
    static final Map<String, String> ENVIRONMENT = Map.of("PATH", ToolchainFinder.STANDARD_PATH, "LC_ALL", "C");

    private static final Path ANYWHERE = Path.of("/");
    /** Named together in one option they would ask for what is all of them. */
    private static final List<String> KINDS = List.of("--help=target", "--help=optimizers", "--help=common",
            "--help=params");

    private final Family family;
    private final Path driver;
    private final List<String> options;

    /** @param options that are given with each question */
    Questions(Family family, Path driver, List<String> options) {
        this.family = family;
        this.driver = driver;
        this.options = options;
    }

    private String ask(String... question) throws IOException {
        return new String(run(List.of(), question).stdout(), UTF_8);
    }

    private RunOutput run(List<String> wanted, String... question) throws IOException {
        List<String> argv = new ArrayList<>(List.of(driver.toString()));
        argv.addAll(options);
        argv.addAll(wanted);
        argv.addAll(List.of(question));
        RunOutput said = Programs.run(driver, argv, ANYWHERE, ENVIRONMENT);
        if (said.exitCode() != 0) {
            throw new IOException(String.join(" ", argv) + " ends with " + said.exitCode() + ": "
                    + new String(said.stderr(), UTF_8).strip());
        }
        return said;
    }

    /** The version and the machines that it compiles for. */
    String version() throws IOException {
        return ask(family == Family.GCC ? "-dumpfullversion" : "-dumpversion").strip();
    }

    String target() throws IOException {
        return ask("-dumpmachine").strip();
    }

    /** @param language as {@code -x} takes it */
    Facts facts(String language) throws IOException {
        List<String> macros = new ArrayList<>();
        for (String level : List.of("-O0", "-O2")) {
            ask("-dM", "-E", level, "-x", language, "/dev/null").lines().sorted().forEach(macros::add);
        }
        List<String> defaults = new ArrayList<>();
        List<String> programs = new ArrayList<>();
        if (family == Family.GCC) {
            List<String> question = new ArrayList<>(List.of("-Q"));
            question.addAll(KINDS);
            question.addAll(List.of("-x", language, "-S", "-o", "/dev/null", "/dev/null"));
            ask(question.toArray(String[]::new)).lines().map(Questions::line)
                    .filter(line -> line.startsWith("-") && !line.startsWith("-o <")).sorted().distinct()
                    .forEach(defaults::add);
        }
        if (family == Family.GCC) {
            for (List<String> wanted : List.of(List.of("-O0"), List.of("-O2", "-g"))) {
                programs.addAll(ProgramCalls.read(run(wanted, "-###", "-x", language, "-c", "/dev/null", "-o",
                        "/dev/null").stderr()));
            }
            programs.add(ProgramCalls.assembler(ask("-Wa,--version", "-x", "assembler", "-c", "/dev/null", "-o",
                    "/dev/null")));
        }
        return new Facts(macros, defaults, programs.stream().sorted().distinct().toList());
    }

    private static String line(String line) {
        return line.strip().replaceAll("\\s+", " ");
    }

    /** What it signs objects with; empty if it does not. */
    Optional<String> sign() throws IOException {
        return Ident.ofAssembly(ask("-S", "-x", "c", "-o", "-", "/dev/null"));
    }
}

package dev.floe.node.cli.doctor.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.store.files.ExecutablePath;

/**
 * What the names of compilers lead to in the directories of PATH.
 *
 * @param entries the directories with a program named as a compiler, in order
 */
record CompilerPath(List<PathEntry> entries) {
    static final List<String> NAMES = List.of("gcc", "g++", "clang", "clang++");

    /** What a program in PATH is. */
    enum ProgramKind {
        FLOE, CCACHE, COMPILER
    }

    /** A program that is named as a compiler. */
    record PathEntry(String name, Path path, ProgramKind kind) {}

    CompilerPath {
        entries = List.copyOf(entries);
    }

    static CompilerPath of(DoctorHost host, DoctorPaths paths) {
        List<PathEntry> entries = new ArrayList<>();
        String search = host.environment().getOrDefault("PATH", "");
        for (String name : NAMES) {
            for (Path candidate : ExecutablePath.candidates(search, name)) {
                if (host.isExecutable(candidate)) {
                    entries.add(new PathEntry(name, candidate.toAbsolutePath(), kind(host.real(candidate), paths)));
                }
            }
        }
        return new CompilerPath(entries);
    }

    private static ProgramKind kind(Path real, DoctorPaths paths) {
        String program = String.valueOf(real.getFileName());
        return program.equals("floe-cc") || real.equals(paths.wrapper())
                ? ProgramKind.FLOE
                : program.equals("ccache") ? ProgramKind.CCACHE : ProgramKind.COMPILER;
    }

    /** The first program of a name that is neither Floe nor ccache. */
    Optional<Path> compiler(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name) && entry.kind() == ProgramKind.COMPILER)
                .map(PathEntry::path).findFirst();
    }

    /** What the programs of a name are, in the order of PATH. */
    List<ProgramKind> kinds(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).map(PathEntry::kind).toList();
    }

    /** The directories that have Floe's links, in the order of PATH; one that is in PATH twice is twice in it. */
    List<Path> directories(ProgramKind kind) {
        List<Path> most = new ArrayList<>();
        for (String name : NAMES) {
            List<Path> found = entries.stream().filter(entry -> entry.name().equals(name) && entry.kind() == kind)
                    .map(entry -> String.valueOf(entry.path().getParent())).map(Path::of).toList();
            if (found.size() > most.size()) {
                most = new ArrayList<>(found);
            }
        }
        return List.copyOf(most);
    }
}

package dev.floe.toolchain.locate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.toolchain.driver.CompilerDriver;
import dev.floe.toolchain.driver.UnsupportedCompilerException;

/**
 * Collects the files that gcc reads and runs for C, C++, Objective-C and assembler with {@code -c}, without those that
 * only link.
 */
final class GccFileCollector {
    private static final List<String> PROGRAMS = List.of("cc1", "cc1plus", "cc1obj", "cc1objplus", "collect2",
            "lto-wrapper", "g++-mapper-server");

    /** Found through PATH unless gcc has its own. */
    private static final List<String> TOOLS = List.of("as", "objcopy");
    private static final String PROGRAM_DIRECTORIES = "programs: =";
    private static final List<String> FILES = List.of("specs", "liblto_plugin.so");

    private final CompilerDriver gcc;
    private final ToolchainTreeBuilder tree;
    private final ToolchainProgramSearch searchPath;

    GccFileCollector(CompilerDriver gcc, ToolchainTreeBuilder tree, ToolchainProgramSearch searchPath) {
        this.gcc = gcc;
        this.tree = tree;
        this.searchPath = searchPath;
    }

    /** Adds them to the tree, and gives those that are loaded or run. */
    List<Path> add() throws IOException, UnsupportedCompilerException {
        List<Path> programs = new ArrayList<>();
        for (String name : PROGRAMS) {
            gcc.program(name).ifPresent(programs::add);
        }
        if (programs.isEmpty() || !gcc.program("cc1").isPresent()) {
            throw new UnsupportedCompilerException(gcc.driver(), "has no cc1, and so compiles nothing");
        }
        if (NativeDefaults.isBuiltIn(gcc.explain("-v"))) {
            throw new UnsupportedCompilerException(gcc.driver(),
                    "is built to compile for the processor on which it runs");
        }
        for (String name : TOOLS) {
            Optional<Path> own = gcc.program(name);
            (own.isPresent() ? own : searchPath.find(name)).ifPresent(programs::add);
            noteEarlier(name, own);
        }
        addInstallation();
        for (String name : FILES) {
            Optional<Path> file = gcc.file(name);
            if (file.isPresent()) {
                tree.add(file.get());
            }
        }
        List<Path> loaded = new ArrayList<>();
        for (Path program : programs) {
            loaded.add(tree.add(program));
        }
        Optional<Path> plugin = gcc.file("liblto_plugin.so");
        if (plugin.isPresent()) {
            loaded.add(tree.add(plugin.get()));
        }
        return loaded;
    }

    /** Remembers where gcc looks for a tool before it finds it: one that appears there makes this another toolchain. */
    private void noteEarlier(String name, Optional<Path> found) throws IOException, UnsupportedCompilerException {
        String below = gcc.ask("-dumpmachine") + "/" + gcc.ask("-dumpversion");
        for (String directory : programDirectories()) {
            for (Path place : List.of(Path.of(directory, below, name), Path.of(directory, name))) {
                if (found.filter(place::equals).isPresent()) {
                    return;
                }
                tree.isFile(place);
            }
        }
    }

    private List<String> programDirectories() throws IOException, UnsupportedCompilerException {
        return gcc.ask("-print-search-dirs").lines().filter(line -> line.startsWith(PROGRAM_DIRECTORIES)).findFirst()
                .map(line -> List.of(line.substring(PROGRAM_DIRECTORIES.length()).split(":"))).orElse(List.of())
                .stream().filter(directory -> directory.startsWith("/")).toList();
    }

    /**
     * gcc finds all else relative to the directory of its version, which must be there even if nothing in it is needed.
     */
    private void addInstallation() throws IOException, UnsupportedCompilerException {
        for (String line : gcc.ask("-print-search-dirs").lines().toList()) {
            if (line.startsWith("install: ")) {
                Path installation = tree.add(Path.of(line.substring(9).strip()));
                for (Path place : List.of(installation, installation.resolve(".."))) {
                    tree.isFile(place.normalize().resolve("specs"));
                }
            }
        }
    }
}

package dev.floe.toolchain.locate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.floe.toolchain.driver.CompilerDriver;
import dev.floe.toolchain.driver.UnsupportedCompilerException;

/**
 * Collects the files that clang reads, runs and probes for with {@code -c}. These are its resource directory (without
 * libraries to link), an assembler for {@code -fno-integrated-as}, configuration files, and the gcc installations by
 * which it finds libstdc++. Files that tell distributions apart are left out, since they decide on linking only.
 */
final class ClangFileCollector {
    private static final List<String> TOOLS = List.of("as", "objcopy");
    private static final List<String> RESOURCES = List.of("include", "share");
    private static final List<String> LIBRARY_DIRECTORIES = List.of("lib", "lib64", "lib32", "libx32");
    private static final List<String> GCC_DIRECTORIES = List.of("gcc", "gcc-cross");
    private static final List<String> MULTILIBS = List.of("", "32", "64", "x32");

    private final CompilerDriver clang;
    private final ToolchainTreeBuilder tree;
    private final ToolchainProgramSearch searchPath;

    ClangFileCollector(CompilerDriver clang, ToolchainTreeBuilder tree, ToolchainProgramSearch searchPath) {
        this.clang = clang;
        this.tree = tree;
        this.searchPath = searchPath;
    }

    /** Adds them to the tree, and gives those that are run. */
    List<Path> add() throws IOException, UnsupportedCompilerException {
        Path resources = tree.add(Path.of(clang.ask("-print-resource-dir")));
        for (String name : RESOURCES) {
            if (tree.files().isDirectory(resources.resolve(name))) {
                tree.addTree(resources.resolve(name));
            }
        }
        Set<Path> directories = new TreeSet<>();
        for (String language : List.of("c", "c++")) {
            for (String line : clang.explain("-v", "-fsyntax-only", "-x", language, "/dev/null")) {
                noteDirectory(line, directories);
                addConfiguration(line);
            }
        }
        addConfigurations(clang.driver().resolve("..").normalize());
        for (Path directory : directories) {
            tree.add(directory);
        }
        addGccInstallations();
        List<Path> tools = new ArrayList<>();
        for (String name : TOOLS) {
            Optional<Path> own = clang.program(name);
            Optional<Path> tool = own.isPresent() ? own : searchPath.find(name);
            if (tool.isPresent()) {
                searchPath.note(name, tool.get());
                tools.add(tree.add(tool.get()));
            }
        }
        return tools;
    }

    /** The include directories that it has found; it takes one of several places by which of them exists. */
    private void noteDirectory(String line, Set<Path> directories) throws IOException {
        if (line.startsWith(" /") && tree.files().isDirectory(Path.of(line.strip()))) {
            directories.add(Path.of(line.strip()));
        }
    }

    private void addConfiguration(String line) throws IOException, UnsupportedCompilerException {
        if (line.startsWith("Configuration file: ")) {
            addConfigurationFile(Path.of(line.substring(20).strip()));
        } else if (line.startsWith("System configuration file directory: ")
                || line.startsWith("User configuration file directory: ")) {
            addConfigurations(Path.of(line.substring(line.indexOf(": ") + 2).strip()));
        }
    }

    private void addConfigurations(Path directory) throws IOException, UnsupportedCompilerException {
        for (Path file : children(directory, "*.cfg")) {
            addConfigurationFile(file);
        }
    }

    private void addConfigurationFile(Path file) throws IOException, UnsupportedCompilerException {
        Path real = tree.add(file);
        if (tree.isFile(real) && NativeDefaults
                .isInConfiguration(Files.readString(tree.files().contents(real), StandardCharsets.ISO_8859_1))) {
            throw new UnsupportedCompilerException(clang.driver(),
                    "is told by " + file + " to compile for the processor on which it runs");
        }
    }

    private void addGccInstallations() throws IOException {
        List<Path> prefixes = new ArrayList<>(List.of(Path.of("/usr"), Path.of("/usr/local")));
        Path own = clang.driver().resolve("../..").normalize();
        if (!prefixes.contains(own)) {
            prefixes.add(own);
        }
        for (Path collection : children(Path.of("/opt/rh"), "*")) {
            prefixes.add(collection.resolve("root/usr"));
        }
        for (Path prefix : prefixes) {
            for (String library : LIBRARY_DIRECTORIES) {
                for (String gcc : GCC_DIRECTORIES) {
                    addGccs(prefix.resolve(library).resolve(gcc));
                }
            }
        }
        for (Path choice : children(Path.of("/etc/env.d/gcc"), "*")) { // Gentoo's choice among several
            if (tree.isFile(choice)) {
                tree.add(choice);
            }
        }
    }

    private void addGccs(Path gcc) throws IOException {
        for (Path target : children(gcc, "*")) {
            for (Path version : children(target, "*")) {
                for (String multilib : MULTILIBS) {
                    Path begin = version.resolve(multilib).resolve("crtbegin.o");
                    if (tree.files().isRegularFile(begin)) {
                        tree.add(begin);
                        watchWithParents(version);
                    }
                }
            }
        }
    }

    /** A gcc that comes or goes changes the directory of its target. */
    private void watchWithParents(Path version) throws IOException {
        tree.watch(version.resolve("..").normalize());
        tree.watch(version.resolve("../..").normalize());
    }

    private List<Path> children(Path directory, String glob) throws IOException {
        PathMatcher matcher = directory.getFileSystem().getPathMatcher("glob:" + glob);
        return tree.files().list(directory).stream().filter(name -> matcher.matches(Path.of(name)))
                .map(directory::resolve).toList();
    }
}

package dev.floe.toolchain.locate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The directories of {@code PATH}, and what was found in them. */
final class ToolchainProgramSearch {
    private final List<Path> directories;
    private final ToolchainTreeBuilder tree;
    private final Map<String, Path> found = new TreeMap<>();

    ToolchainProgramSearch(List<Path> directories, ToolchainTreeBuilder tree) {
        this.directories = directories;
        this.tree = tree;
    }

    /** The first that may be executed. */
    Optional<Path> find(String name) throws IOException {
        for (Path directory : directories) {
            Path program = directory.resolve(name);
            if (tree.isFile(program) && tree.files().isExecutable(program)) {
                found.put(name, program);
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    /** Notes that a compiler itself has found a program, which it may have done through {@code PATH}. */
    void note(String name, Path program) {
        if (directories.contains(program.getParent())) {
            found.put(name, program);
        }
    }

    /** All that was found so far, by name. */
    Map<String, Path> found() {
        return found;
    }
}

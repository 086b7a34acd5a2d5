package dev.floe.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One compiler call as the wrapper saw it.
 *
 * @param argv        the words of the call; the first is the name by which the compiler was called
 * @param compiler    absolute path of the real compiler as found; may be a symbolic link
 * @param cwd         absolute working directory
 * @param environment the caller's whole environment
 * @param umask       the caller's file mode creation mask
 * @param terminal    where the compiler's diagnostics would appear; empty if that is no terminal
 */
public record Invocation(List<String> argv, Path compiler, Path cwd, Map<String, String> environment, int umask,
        Optional<Terminal> terminal) {
    /**
     * The terminal on standard error.
     *
     * @param isInput whether it is standard input too
     * @param columns 0 if unknown; {@code rows} likewise
     */
    public record Terminal(boolean isInput, int columns, int rows) {}

    /** @throws IllegalArgumentException if {@code argv} is empty or a path is relative */
    public Invocation {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty() || !compiler.isAbsolute() || !cwd.isAbsolute()) {
            throw new IllegalArgumentException(
                    "a call has a name, an absolute compiler and an absolute directory: " + argv + ", " + compiler
                            + ", " + cwd);
        }
    }

    /** {@code argv} without the compiler's name. */
    public List<String> arguments() {
        return argv.subList(1, argv.size());
    }
}

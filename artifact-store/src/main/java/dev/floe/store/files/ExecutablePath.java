package dev.floe.store.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads search paths for programs, as the variable {@code PATH} holds one. */
public final class ExecutablePath {
    private ExecutablePath() {}

    /** The directories of a search path, in order; an empty element is the working directory. */
    public static List<String> directories(String searchPath) {
        return Arrays.stream(searchPath.split(":", -1)).map(directory -> directory.isEmpty() ? "." : directory)
                .toList();
    }

    /** The paths at which a search looks for {@code name}, in order. */
    public static List<Path> candidates(String searchPath, String name) {
        return directories(searchPath).stream().map(directory -> Path.of(directory, name)).toList();
    }

    /** The first of the candidates that this process may execute. */
    public static Optional<Path> find(String searchPath, String name) {
        return candidates(searchPath, name).stream().filter(Files::isExecutable).findFirst();
    }
}

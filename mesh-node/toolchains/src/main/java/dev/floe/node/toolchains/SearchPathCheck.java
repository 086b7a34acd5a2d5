package dev.floe.node.toolchains;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import dev.floe.store.changes.LookSnapshotBuilder;
import dev.floe.store.files.ExecutablePath;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.index.ToolchainIndex;

/** Checks whether tools that a driver would find through a job's own {@code PATH} are those of the toolchain. */
final class SearchPathCheck {
    private SearchPathCheck() {}

    /** Why {@code searchPath} leads to other tools; empty if it does not. */
    static Optional<String> conflict(ToolchainIndex.KnownToolchain known, String searchPath, FileAccess files)
            throws IOException {
        for (Map.Entry<String, Path> program : known.programs().entrySet()) {
            Optional<Path> first = first(program.getKey(), searchPath, files);
            if (first.isPresent() && !files.isSameFile(first.get(), program.getValue())) {
                return Optional.of(
                        "PATH leads to " + first.get() + ", and the toolchain was made with " + program.getValue());
            }
        }
        return Optional.empty();
    }

    /** Notes at what {@link #conflict} looks for one program of the toolchain. */
    static void note(String name, Path program, String searchPath, LookSnapshotBuilder looks) {
        looks.destination(program.toString(), false);
        for (Path candidate : ExecutablePath.candidates(searchPath, name)) {
            if (candidate.isAbsolute()) {
                looks.destination(candidate.toString(), false);
            }
        }
    }

    private static Optional<Path> first(String name, String searchPath, FileAccess files) throws IOException {
        for (Path candidate : ExecutablePath.candidates(searchPath, name)) {
            if (candidate.isAbsolute() && isProgram(candidate, files)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static boolean isProgram(Path path, FileAccess files) throws IOException {
        try {
            return files.isExecutable(path) && files.isRegularFile(path);
        } catch (AccessDeniedException _) {
            return false; // the driver passes such directories, too
        }
    }
}

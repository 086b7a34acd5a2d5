package dev.floe.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.store.Digest;
import dev.floe.store.changes.LookSnapshotBuilder;

/** The submitter's machine as parsing and discovery see it. All paths are absolute. */
public interface HostAccess {
    /** The path's state, not following a link at its end; empty if there is nothing there. */
    Optional<FileStat> lstat(Path path) throws IOException;

    /** The same by a new look, if {@link #lstat} may answer by what it was told to be unchanged. */
    default Optional<FileStat> lstatNow(Path path) throws IOException {
        return lstat(path);
    }

    /**
     * Begins to note at what a computation depends, before it looks. Empty where changes are not notified, so that each
     * computation must look again.
     */
    default Optional<LookSnapshotBuilder> newSnapshot() {
        return Optional.empty();
    }

    /** Receives what has changed until now, where changes are notified. */
    default void refresh() {}

    /**
     * Whether everything that was answered is still right, by the notifications until now; true where there are none,
     * because each answer came from a look then.
     */
    default boolean isUnchanged() {
        return true;
    }

    /** The same for many paths, in order. */
    default List<Optional<FileStat>> lstat(List<Path> paths) throws IOException {
        List<Optional<FileStat>> stats = new ArrayList<>(paths.size());
        for (Path path : paths) {
            stats.add(lstat(path));
        }
        return stats;
    }

    /**
     * The bytes of a regular file; follows links.
     *
     * @throws IOException also if it has more than {@code maxBytes}
     */
    byte[] read(Path path, long maxBytes) throws IOException;

    /**
     * Copies a regular file; follows links.
     *
     * @throws IOException also if it has more than {@code maxBytes}
     */
    default void copy(Path path, long maxBytes, OutputStream to) throws IOException {
        to.write(read(path, maxBytes));
    }

    /** The names in a directory, in no order; empty if they cannot be known. */
    Optional<List<String>> list(Path directory) throws IOException;

    /** The digest of a regular file whose {@code lstat} was {@code stat}; an implementation may remember it by that. */
    Digest digest(Path path, FileStat stat) throws IOException;

    /**
     * Runs a program to its end with empty input; {@code argv} includes the name, {@code environment} is all it gets.
     */
    ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment) throws IOException;
}

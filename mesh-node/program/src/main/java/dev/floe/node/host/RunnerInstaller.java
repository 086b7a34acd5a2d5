package dev.floe.node.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.store.files.AtomicFiles;

/**
 * The runner, and beside it the observer libraries. They must lie in the file system of the jobs' trees, since those
 * link to them.
 */
public final class RunnerInstaller {
    private RunnerInstaller() {}

    /** Where the copy is in {@code directory}. */
    public static Path runner(Path directory) {
        return directory.resolve("floe-run");
    }

    /**
     * The copy of {@code wrapper} in {@code directory}, replaced if it differs; may be missing if the wrapper is.
     */
    public static Path in(Path directory, Path wrapper) throws IOException {
        for (ObserverLibrary library : ObserverLibrary.values()) {
            String name = library.fileName();
            Path built = wrapper.resolveSibling(name);
            Path installed = wrapper.resolveSibling("../lib/floe/observer").resolve(name).normalize();
            copy(Files.isRegularFile(built) ? built : installed, directory.resolve(name));
        }
        Path copy = runner(directory);
        if (Files.isRegularFile(wrapper)) {
            copy(wrapper, copy);
        }
        return copy;
    }

    /** Makes {@code copy} the same as the original, in one step; a job that has a link to the one before keeps that. */
    private static void copy(Path original, Path copy) throws IOException {
        if (!Files.isRegularFile(original)) {
            Files.deleteIfExists(copy);
        } else if (!Files.exists(copy) || Files.mismatch(original, copy) >= 0) {
            try (AtomicFiles.Replacement replacement = AtomicFiles.replace(copy)) {
                Files.copy(original, replacement.path(), StandardCopyOption.COPY_ATTRIBUTES);
                replacement.commit();
            }
        }
    }
}

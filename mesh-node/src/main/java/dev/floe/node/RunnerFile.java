package dev.floe.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The runner, which must lie in the file system of the jobs' trees, since they link to it. */
final class RunnerFile {
    private RunnerFile() {}

    /** The copy of {@code wrapper} in {@code directory}, made anew if it is another; may be missing if the wrapper is. */
    static Path in(Path directory, Path wrapper) throws IOException {
        Path copy = directory.resolve("floe-run");
        if (Files.isRegularFile(wrapper) && (!Files.exists(copy) || Files.mismatch(wrapper, copy) >= 0)) {
            Path part = directory.resolve("floe-run.part");
            Files.copy(wrapper, part, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
        }
        return copy;
    }
}

package dev.floe.toolchain.elf;

import java.nio.file.Path;

/** Asks whether there is a file, and remembers the answer no, since a later yes would change what was found. */
@FunctionalInterface
public interface FileExistenceProbe {
    boolean isFile(Path file);
}

package dev.floe.command.parser;

import java.nio.file.Path;
import java.util.List;

/**
 * What the sandbox of a peer can have at a path. It has {@code /dev} and {@code /proc} of its own, and its root
 * directory is read-only.
 */
final class SandboxPaths {
    private static final List<Path> OF_THE_SANDBOX = List.of(Path.of("/dev"), Path.of("/proc"));

    private SandboxPaths() {}

    /** Whether a file or directory of this machine can be there. */
    static boolean canHave(Path path) {
        Path plain = path.normalize();
        return OF_THE_SANDBOX.stream().noneMatch(plain::startsWith);
    }

    /** Whether a directory is the root, in which a command on a peer can make nothing. */
    static boolean isRoot(Path directory) {
        return directory.normalize().getNameCount() == 0;
    }
}

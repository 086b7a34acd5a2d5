package dev.floe.command.parser;

import java.nio.file.Path;
import java.util.List;

/**
 * What the sandbox of a peer can have at a path. It has {@code /proc} of its own, and {@code /dev} apart from {@code
 * /dev/shm}. The root directory and {@code /dev/shm} itself are read-only.
 */
final class SandboxPaths {
    private static final List<Path> OF_THE_SANDBOX = List.of(Path.of("/dev"), Path.of("/proc"));
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private SandboxPaths() {}

    /** Whether a file or directory of this machine can be there. */
    static boolean canHave(Path path) {
        Path plain = path.normalize();
        return plain.startsWith(SHARED_MEMORY) || OF_THE_SANDBOX.stream().noneMatch(plain::startsWith);
    }

    /** Whether a command on a peer can make files in a directory that the sandbox can have. */
    static boolean canWrite(Path directory) {
        Path plain = directory.normalize();
        return plain.getNameCount() > 0 && !plain.equals(SHARED_MEMORY);
    }
}

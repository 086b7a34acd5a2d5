package dev.floe.node.submitter.wrapper;

import java.io.IOException;
import java.util.Map;

/** The wrapper could not write a file; what the plain compiler makes of that place, it will say itself. */
public final class OutputWriteException extends IOException {
    private static final long serialVersionUID = 1;

    /** The usual ones, in Linux's words. */
    private static final Map<Integer, String> ERRORS = Map.of(
            1, "Operation not permitted",
            2, "No such file or directory",
            13, "Permission denied",
            20, "Not a directory",
            21, "Is a directory",
            27, "File too large",
            28, "No space left on device",
            30, "Read-only file system",
            36, "File name too long",
            122, "Disk quota exceeded");

    OutputWriteException(String path, int errno) {
        super("cannot write " + path + ": " + ERRORS.getOrDefault(errno, "error " + errno));
    }
}

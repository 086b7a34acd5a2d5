package dev.floe.toolchain.archive;

import java.io.IOException;

/** An archive that is not what it should be; nothing of it was kept. */
public final class InvalidArchiveException extends IOException {
    private static final long serialVersionUID = 1;

    InvalidArchiveException(String why) {
        super("toolchain archive refused: " + why);
    }

    InvalidArchiveException(String why, Throwable cause) {
        super("toolchain archive refused: " + why, cause);
    }
}

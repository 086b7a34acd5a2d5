package dev.floe.node.submitter.wrapper;

import java.io.IOException;

/** The wrapper could not write a file; what the plain compiler makes of that place, it will say itself. */
public final class OutputWriteException extends IOException {
    private static final long serialVersionUID = 1;

    OutputWriteException(String path, int errno) {
        super("cannot write " + path + ": error " + errno);
    }
}

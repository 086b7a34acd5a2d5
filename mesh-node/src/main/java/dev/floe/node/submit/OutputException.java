package dev.floe.node.submit;

import java.io.IOException;

/** The wrapper could not write a file; what the plain compiler makes of that place, it will say itself. */
final class OutputException extends IOException {
    private static final long serialVersionUID = 1;

    OutputException(String path, int errno) {
        super("cannot write " + path + ": error " + errno);
    }
}

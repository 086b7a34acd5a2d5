package dev.floe.node.execute;

import java.io.IOException;

/** This node stops while the job runs. */
final class BrokenJobException extends IOException {
    private static final long serialVersionUID = 1;

    BrokenJobException(String message, Throwable cause) {
        super(message, cause);
    }
}

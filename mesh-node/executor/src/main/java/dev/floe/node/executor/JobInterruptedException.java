package dev.floe.node.executor;

import java.io.IOException;

/** This node stops while the job runs. */
final class JobInterruptedException extends IOException {
    private static final long serialVersionUID = 1;

    JobInterruptedException(String message, Throwable cause) {
        super(message, cause);
    }
}

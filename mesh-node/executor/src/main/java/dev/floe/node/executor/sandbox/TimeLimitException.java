package dev.floe.node.executor.sandbox;

import java.io.IOException;

/** A job has taken longer than it may. */
final class TimeLimitException extends IOException {
    private static final long serialVersionUID = 1;

    TimeLimitException(String message) {
        super(message);
    }
}

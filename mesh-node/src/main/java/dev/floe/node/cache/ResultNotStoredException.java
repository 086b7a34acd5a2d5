package dev.floe.node.cache;

import java.io.IOException;

import dev.floe.store.FailureText;

/** A result cannot be kept on this node, whatever peer it came from: it is too large, or the disk refuses it. */
final class ResultNotStoredException extends IOException {
    private static final long serialVersionUID = 1;

    ResultNotStoredException(String message) {
        super(message);
    }

    ResultNotStoredException(IOException cause) {
        super(FailureText.of(cause), cause);
    }
}

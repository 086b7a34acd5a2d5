package dev.floe.node.cache.local;

import java.io.IOException;

import dev.floe.store.FailureText;

/** A result cannot be kept on this node, whatever peer it came from: it is too large, or the disk refuses it. */
public final class ResultNotStoredException extends IOException {
    private static final long serialVersionUID = 1;

    public ResultNotStoredException(String message) {
        super(message);
    }

    public ResultNotStoredException(IOException cause) {
        super(FailureText.of(cause), cause);
    }
}

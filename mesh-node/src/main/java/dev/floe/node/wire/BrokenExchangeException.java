package dev.floe.node.wire;

import java.io.IOException;

/** The other side of an exchange is gone, or has cancelled it. */
public sealed class BrokenExchangeException extends IOException permits StalledExchangeException {
    private static final long serialVersionUID = 1;

    BrokenExchangeException(String message) {
        super(message);
    }
}

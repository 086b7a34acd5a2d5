package dev.floe.node.wire;

import java.io.IOException;

/** The other side of an exchange is gone, or has cancelled it. */
public final class BrokenExchangeException extends IOException {
    private static final long serialVersionUID = 1;

    BrokenExchangeException(String message) {
        super(message);
    }
}

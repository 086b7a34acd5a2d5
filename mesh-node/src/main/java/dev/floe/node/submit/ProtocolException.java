package dev.floe.node.submit;

import java.io.IOException;

/** The process at the other end of the socket does not speak the wrapper's protocol. */
final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    ProtocolException(String message) {
        super(message);
    }
}

package dev.floe.node.submitter.wrapper;

import java.io.IOException;

/** The process at the other end of the socket does not speak the wrapper's protocol. */
public final class WrapperProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    public WrapperProtocolException(String message) {
        super(message);
    }
}

package dev.floe.node.rpc.stream;

import java.io.IOException;

/** The other side of an exchange is gone, or has cancelled it. */
public sealed class StreamBrokenException extends IOException permits StreamStalledException {
    private static final long serialVersionUID = 1;

    public StreamBrokenException(String message) {
        super(message);
    }
}

package dev.floe.node.rpc.stream;

import java.io.IOException;

/** The other side of an exchange is gone, or has cancelled it. */
public sealed class StreamBrokenException extends IOException permits StreamStalledException {
    /** How the reason begins if the connection was closed because nothing came over it. */
    public static final String SILENCE = "no sign of life";

    private static final long serialVersionUID = 1;

    public StreamBrokenException(String message) {
        super(message);
    }

    /** Whether the connection was closed because nothing came over it, and not by the other side. */
    public boolean isSilence() {
        return String.valueOf(getMessage()).contains(": " + SILENCE);
    }
}

package dev.floe.node.http;

import java.io.IOException;

/** Nothing more can be said to a client, or taken from it: it has gone, speaks nonsense, or this node ends. */
public final class ClientDisconnectedException extends IOException {
    private static final long serialVersionUID = 1;

    public ClientDisconnectedException(String message) {
        super(message);
    }
}

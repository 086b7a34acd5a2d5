package dev.floe.node.cacheserver.http;

import java.io.IOException;

/** The body of a request is not what HTTP says a body is, or ends too early. The client can still be answered. */
final class MalformedBodyException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedBodyException(String message) {
        super(message);
    }
}

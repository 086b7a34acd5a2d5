package dev.floe.node.bounds;

import java.io.IOException;

/** A message or a blob is refused because the node has no memory for it at the moment. */
public final class MemoryExhaustedException extends IOException {
    private static final long serialVersionUID = 1;

    MemoryExhaustedException(String message) {
        super(message);
    }
}

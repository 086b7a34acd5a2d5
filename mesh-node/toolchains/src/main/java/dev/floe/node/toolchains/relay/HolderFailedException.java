package dev.floe.node.toolchains.relay;

import java.io.IOException;

/** No holder has brought a part of a toolchain; this node's own disk has nothing to do with it. */
public final class HolderFailedException extends IOException {
    private static final long serialVersionUID = 1;

    public HolderFailedException(String message) {
        super(message);
    }
}

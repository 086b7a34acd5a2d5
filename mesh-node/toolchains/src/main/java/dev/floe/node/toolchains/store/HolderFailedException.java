package dev.floe.node.toolchains.store;

import java.io.IOException;

/** No holder has brought a part of a toolchain; this node's own disk has nothing to do with it. */
final class HolderFailedException extends IOException {
    private static final long serialVersionUID = 1;

    HolderFailedException(String message) {
        super(message);
    }
}

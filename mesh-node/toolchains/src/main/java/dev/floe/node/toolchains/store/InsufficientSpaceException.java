package dev.floe.node.toolchains.store;

import java.io.IOException;

/** The disk has less room than a toolchain needs; nothing of it has been fetched. */
final class InsufficientSpaceException extends IOException {
    private static final long serialVersionUID = 1;

    private final long neededBytes;

    InsufficientSpaceException(long neededBytes, long freeBytes) {
        super("it needs about " + mebibytes(neededBytes) + " MiB, and the disk of the node's data directory has "
                + (freeBytes >> 20) + " left; free some space there");
        this.neededBytes = neededBytes;
    }

    private static long mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20);
    }

    long neededBytes() {
        return neededBytes;
    }
}

package dev.floe.node.rpc.unix;

import java.io.IOException;

/** The process at the other end of a Unix socket has closed it, or has ended. */
public final class PeerClosedException extends IOException {
    private static final long serialVersionUID = 1;

    PeerClosedException() {
        super("the other process has closed the Unix socket");
    }
}

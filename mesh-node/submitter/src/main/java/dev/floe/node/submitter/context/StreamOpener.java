package dev.floe.node.submitter.context;

import java.io.IOException;

import dev.floe.node.rpc.stream.PeerStream;

/** Begins an exchange with an executor. */
@FunctionalInterface
public interface StreamOpener {
    PeerStream open() throws IOException;
}

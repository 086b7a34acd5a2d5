package dev.floe.node.watch;

import java.io.IOException;
import java.net.InetSocketAddress;

import dev.floe.node.rpc.stream.PeerStream;

/** Opens the exchange in which a peer sends what it does. */
@FunctionalInterface
public interface PeerOpener {
    PeerStream open(InetSocketAddress peer) throws IOException;
}

package dev.floe.node.toolchains.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Measures how far away peers are. */
@FunctionalInterface
public interface RoundTrips {
    /**
     * The round trip to a peer; blocks.
     *
     * @throws IOException if the peer cannot be reached
     */
    Duration measure(InetSocketAddress peer) throws IOException;
}

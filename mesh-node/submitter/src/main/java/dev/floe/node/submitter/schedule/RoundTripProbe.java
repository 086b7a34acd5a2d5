package dev.floe.node.submitter.schedule;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Measures the round trip to the data plane of a peer; blocks. */
@FunctionalInterface
public interface RoundTripProbe {
    Duration measure(InetSocketAddress peer) throws IOException;
}

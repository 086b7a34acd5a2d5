package dev.floe.node.submitter.schedule;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where a peer's data plane is.
 *
 * @param unavailable ids of toolchains that the peer cannot use
 */
public record PeerAddress(String id, String name, InetSocketAddress address, List<String> unavailable) {}

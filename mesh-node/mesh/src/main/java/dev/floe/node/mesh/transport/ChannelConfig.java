package dev.floe.node.mesh.transport;

import java.net.InetAddress;

/**
 * The configuration of a node's channel: the address of one of its interfaces and the port (0 for any that is free),
 * whether to search the LAN by multicast (never done on loopback), what the nodes of a group agree on, and the
 * timeouts.
 */
public record ChannelConfig(InetAddress address, int port, boolean multicast, String protocol, GroupTimeouts timing) {
    /** @throws IllegalArgumentException for the wildcard address or a port that is out of range */
    public ChannelConfig {
        if (address.isAnyLocalAddress()) {
            throw new IllegalArgumentException(
                    "peers need one address; " + address.getHostAddress() + " means all");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not from 0 to 65535");
        }
    }
}

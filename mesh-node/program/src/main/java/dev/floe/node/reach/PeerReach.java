package dev.floe.node.reach;

import java.time.Duration;
import java.util.Optional;

/**
 * What a test of the connections to one peer found.
 *
 * @param groupPort why its group port cannot be reached from this node; empty if it can
 * @param dataPort  why its data port cannot be reached from this node; empty if it can
 * @param answer    what the peer found; empty if it was not asked, or has not answered
 */
public record PeerReach(String name, String host, int dataPortNumber, Optional<String> groupPort,
        Optional<String> dataPort, Optional<ReverseReach> answer) {
    /**
     * What a peer found.
     *
     * @param groupPort         why it cannot reach this node's group port; empty if it can
     * @param dataPort          why it cannot reach this node's data port; empty if it can
     * @param clockAhead        by how much its clock is ahead of this node's
     * @param dropsLargePackets whether it accepts connections and does not answer large requests
     */
    public record ReverseReach(String groupPort, String dataPort, Duration clockAhead, boolean dropsLargePackets) {}
}

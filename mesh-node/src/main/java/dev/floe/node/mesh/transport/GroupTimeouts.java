package dev.floe.node.mesh.transport;

import java.time.Duration;

/**
 * The timeouts of the group. A node that nobody answers within {@code join} starts a group of its own; one that is
 * silent for {@code failure} (asked every {@code heartbeat}) and does not answer within {@code verify} has left; groups
 * that lost each other look for each other every {@code mergeLeast} to {@code mergeMost}; and either side of a new
 * connection gives the other {@code handshake} to answer, which must be well below {@code failure}.
 */
public record GroupTimeouts(Duration join, Duration failure, Duration heartbeat, Duration verify, Duration mergeLeast,
        Duration mergeMost, Duration handshake) {
    /** Fit for small meshes on a LAN or a VPN. */
    public static final GroupTimeouts STANDARD = new GroupTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(10),
            Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofSeconds(5), Duration.ofSeconds(15),
            Duration.ofSeconds(4));

    /**
     * @throws IllegalArgumentException unless all are positive and {@code mergeMost} is longer than {@code mergeLeast}
     */
    public GroupTimeouts {
        for (Duration each : new Duration[]{join, failure, heartbeat, verify, mergeLeast, handshake}) {
            if (!each.isPositive()) {
                throw new IllegalArgumentException("a wait of " + each + " is not positive");
            }
        }
        if (mergeMost.compareTo(mergeLeast) <= 0) {
            throw new IllegalArgumentException("mergeMost must be longer than mergeLeast");
        }
    }
}

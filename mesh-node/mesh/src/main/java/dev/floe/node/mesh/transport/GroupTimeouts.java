package dev.floe.node.mesh.transport;

import java.time.Duration;

/**
 * The timeouts of the group. A node that nobody answers within {@code join} starts a group of its own; one that is
 * silent for {@code failure} (asked every {@code heartbeat}) and does not answer within {@code verify} has left; groups
 * that lost each other look for each other every {@code merge}; and either side of a new
 * connection gives the other {@code handshake} to answer, which must be well below {@code failure}.
 */
public record GroupTimeouts(Duration join, Duration failure, Duration heartbeat, Duration verify,
        MergeInterval merge, Duration handshake) {
    /** Fit for small meshes on a LAN or a VPN. */
    public static final GroupTimeouts STANDARD = new GroupTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(10),
            Duration.ofSeconds(2), Duration.ofMillis(700),
            new GroupTimeouts.MergeInterval(Duration.ofSeconds(5), Duration.ofSeconds(15)), Duration.ofSeconds(4));

    /**
     * @throws IllegalArgumentException unless all are positive
     */
    public GroupTimeouts {
        for (Duration each : new Duration[]{join, failure, heartbeat, verify, merge.least(), handshake}) {
            if (!each.isPositive()) {
                throw new IllegalArgumentException("a wait of " + each + " is not positive");
            }
        }
    }

    /** The bounds of a wait whose length is drawn. */
    public record MergeInterval(Duration least, Duration most) {
        /** @throws IllegalArgumentException unless {@code most} is longer than {@code least} */
        public MergeInterval {
            if (most.compareTo(least) <= 0) {
                throw new IllegalArgumentException("a wait of " + least + " to " + most + " has no length");
            }
        }
    }

    /** The time in which a heartbeat comes from everybody, with something to spare. */
    Duration unheard() {
        return heartbeat.multipliedBy(3).dividedBy(2);
    }

    Duration mergeLeast() {
        return merge.least();
    }

    Duration mergeMost() {
        return merge.most();
    }
}

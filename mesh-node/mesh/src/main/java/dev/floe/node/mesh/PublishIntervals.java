package dev.floe.node.mesh;

import java.time.Duration;

import dev.floe.placement.GossipInterval;

/**
 * The intervals at which a node publishes its records: after a change that matters at once, but with a {@code gap}. And
 * again every {@code heartbeat}, because an asynchronous map may lose a write. A record goes to every node, so the
 * heartbeat grows with the mesh, and what a node sends and receives while nothing happens does not.
 *
 * @param heartbeatPerNode the heartbeat is at least so long for each node of the mesh
 */
record PublishIntervals(GossipInterval gap, Duration heartbeat, Duration heartbeatPerNode) {
    /** As the design has it. */
    public static final PublishIntervals STANDARD = new PublishIntervals(GossipInterval.STANDARD, Duration.ofSeconds(3),
            Duration.ofMillis(600));

    /** The shortest time between two records of one node, in a mesh of the given number of nodes. */
    public long gapNanos(int nodes) {
        return gap.of(nodes).toNanos();
    }

    /** The longest time between two records of one node, in a mesh of the given number of nodes. */
    public long heartbeatNanos(int nodes) {
        return Math.max(heartbeat.toNanos(), heartbeatPerNode.multipliedBy(nodes).toNanos());
    }
}

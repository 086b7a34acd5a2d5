package dev.floe.node.mesh;

import java.time.Duration;

import dev.floe.placement.GossipInterval;

/**
 * The intervals at which a node publishes its records: after a change that matters at once, but with a {@code gap}. And
 * again every {@code heartbeat} ({@code slowHeartbeat} in a mesh of more than {@value #FEW_NODES}), because an
 * asynchronous map may lose a write.
 */
record PublishIntervals(GossipInterval gap, Duration heartbeat, Duration slowHeartbeat) {
    /** As the design has it. */
    public static final PublishIntervals STANDARD = new PublishIntervals(GossipInterval.STANDARD, Duration.ofSeconds(3),
            Duration.ofSeconds(10));

    private static final int FEW_NODES = 50;

    /** The shortest time between two records of one node, in a mesh of the given number of nodes. */
    public long gapNanos(int nodes) {
        return gap.of(nodes).toNanos();
    }

    /** The longest time between two records of one node, in a mesh of the given number of nodes. */
    public long heartbeatNanos(int nodes) {
        return (nodes <= FEW_NODES ? heartbeat : slowHeartbeat).toNanos();
    }
}

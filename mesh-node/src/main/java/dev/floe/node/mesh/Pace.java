package dev.floe.node.mesh;

import java.time.Duration;

/**
 * How often a node tells of itself: after a change that matters at once, but never two within
 * {@code max(leastGap, gapPerNode x nodes)}; and again every {@code heartbeat} ({@code slowHeartbeat} in a mesh of more than
 * {@value #FEW_NODES}), because an asynchronous map may lose a write.
 */
public record Pace(Duration leastGap, Duration gapPerNode, Duration heartbeat, Duration slowHeartbeat) {
    /** As the design has it. */
    public static final Pace STANDARD = new Pace(Duration.ofMillis(100), Duration.ofMillis(60), Duration.ofSeconds(3),
            Duration.ofSeconds(10));

    private static final int FEW_NODES = 50;

    /** The least time between two statements of one node, in a mesh of so many. */
    public long gapNanos(int nodes) {
        return Math.max(leastGap.toNanos(), gapPerNode.toNanos() * nodes);
    }

    /** The most time between two statements of one node, in a mesh of so many. */
    public long heartbeatNanos(int nodes) {
        return (nodes <= FEW_NODES ? heartbeat : slowHeartbeat).toNanos();
    }
}

package dev.floe.node.mesh;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How often a node tells of itself: after a change that matters at once, but with a gap of at least {@code gapPerNode x nodes}, and never less than
 * {@code leastGap}; a gap longer than {@value #LONG_GAP_SECONDS} s is shortened to that, but to no less than a third. And again every
 * {@code heartbeat} ({@code slowHeartbeat} in a mesh of more than {@value #FEW_NODES}), because an asynchronous map may lose a write.
 */
public record Pace(Duration leastGap, Duration gapPerNode, Duration heartbeat, Duration slowHeartbeat) {
    /** As the design has it. */
    public static final Pace STANDARD = new Pace(Duration.ofMillis(100), Duration.ofMillis(60), Duration.ofSeconds(3),
            Duration.ofSeconds(10));

    private static final int FEW_NODES = 50;
    private static final long LONG_GAP_SECONDS = 2;
    private static final int LEAST_SHARE = 3;

    /** The least time between two statements of one node, in a mesh of so many. */
    public long gapNanos(int nodes) {
        long gap = gapPerNode.toNanos() * nodes;
        long shortened = Math.max(gap / LEAST_SHARE, Math.min(gap, TimeUnit.SECONDS.toNanos(LONG_GAP_SECONDS)));
        return Math.max(leastGap.toNanos(), shortened);
    }

    /** The most time between two statements of one node, in a mesh of so many. */
    public long heartbeatNanos(int nodes) {
        return (nodes <= FEW_NODES ? heartbeat : slowHeartbeat).toNanos();
    }
}

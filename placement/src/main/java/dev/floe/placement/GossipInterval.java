package dev.floe.placement;

import java.time.Duration;

/**
 * The least time between two statements of one node about its state. All nodes hear all statements, so their number
 * grows with the square of the nodes: the gap does too, up to {@code longEnough}; beyond it placement would suffer, and
 * the gap grows only as fast as the mesh.
 *
 * @param least      however small the mesh is
 * @param perPair    times nodes x nodes
 * @param longEnough the gap is longer only where {@code perNode} makes it so
 * @param perNode    times nodes
 */
public record GossipInterval(Duration least, Duration perPair, Duration longEnough, Duration perNode) {
    /** What a mesh uses unless told otherwise; {@code docs/placement.md} has what it is worth. */
    public static final GossipInterval STANDARD = new GossipInterval(Duration.ofMillis(200), Duration.ofMillis(7),
            Duration.ofSeconds(2),
            Duration.ofMillis(20));

    /** The gap in a mesh of the given number of nodes. */
    public Duration of(int nodes) {
        long pairs = Math.min((long) nodes * nodes * perPair.toNanos(), longEnough.toNanos());
        long linear = nodes * perNode.toNanos();
        return Duration.ofNanos(Math.max(Math.max(pairs, linear), least.toNanos()));
    }
}

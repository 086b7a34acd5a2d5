package dev.floe.node.mesh.transport;

/**
 * A stranger that was turned away: its address as seen here, why, and when (nanoseconds of the clock of {@link
 * RejectedConnections}).
 */
public record RejectedConnection(String address, String reason, long atNanos) {}

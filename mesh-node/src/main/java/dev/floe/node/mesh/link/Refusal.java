package dev.floe.node.mesh.link;

/** A stranger that was turned away: its address as seen here, why, and when (nanoseconds of the clock of {@link Refusals}). */
public record Refusal(String address, String reason, long atNanos) {}

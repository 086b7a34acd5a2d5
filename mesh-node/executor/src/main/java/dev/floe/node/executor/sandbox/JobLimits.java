package dev.floe.node.executor.sandbox;

import java.time.Duration;

/**
 * The limits of one job.
 *
 * @param memoryBytes  address space of each of its processes
 * @param outputBytes  size of any one file that it writes, its standard output among them
 * @param scratchBytes of all that it writes together, temporary files and standard output included; in memory, bounded
 *                     by the kernel
 * @param processes    processes at once
 * @param time         of the processor for each process, and by the clock for the whole
 */
public record JobLimits(long memoryBytes, long outputBytes, long scratchBytes, int processes, Duration time) {
    /**
     * For a node with {@code memoryBytes} of memory and {@code slots} slots: a compile may be ten times as large as its
     * share.
     */
    public static JobLimits forNode(long memoryBytes, int slots) {
        long share = memoryBytes / Math.max(1, slots);
        return new JobLimits(Math.max(4L << 30, Math.min(memoryBytes, 10 * share)), 2L << 30,
                Math.clamp(share / 2, 256L << 20, 4L << 30), 64,
                Duration.ofMinutes(30));
    }
}

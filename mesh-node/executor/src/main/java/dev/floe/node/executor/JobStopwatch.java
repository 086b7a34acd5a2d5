package dev.floe.node.executor;

import java.util.EnumMap;
import java.util.Map;

/** Splits a job's time into its steps. */
final class JobStopwatch {
    enum Step {
        FETCH_INPUTS, QUEUE, EXEC_ROOT, RUN, COLLECT
    }

    private final Map<Step, Long> nanos = new EnumMap<>(Step.class);
    private final Map<Step, Long> cpuNanos = new EnumMap<>(Step.class);
    /** A virtual thread waits in most steps, and others take the processor meanwhile. */
    private final boolean isCounted = !Thread.currentThread().isVirtual();
    private long last = System.nanoTime();
    private ThreadCpuClock.Moment lastCpu = ThreadCpuClock.now();

    /** What has passed since the last lap counts for {@code step}; all laps are made by one thread. */
    void lap(Step step) {
        long now = System.nanoTime();
        nanos.merge(step, now - last, Long::sum);
        last = now;
        ThreadCpuClock.Moment cpu = ThreadCpuClock.now();
        cpuNanos.merge(step, isCounted ? cpu.since(lastCpu) : 0, Long::sum);
        lastCpu = cpu;
    }

    long millis(Step step) {
        return (nanos.getOrDefault(step, 0L) + 500_000) / 1_000_000;
    }

    /** Time of the processor that this node took, programs not counted; 0 if it is not known. */
    long cpuMicros(Step step) {
        return cpuNanos.getOrDefault(step, 0L) / 1000;
    }

    long nanos(Step step) {
        return nanos.getOrDefault(step, 0L);
    }
}

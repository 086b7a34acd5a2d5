package dev.floe.node.execute;

import java.util.EnumMap;
import java.util.Map;

/** Splits a job's time into its steps. */
final class Stopwatch {
    enum Step {
        INPUT, QUEUE, TREE, RUN, COLLECT
    }

    private final Map<Step, Long> nanos = new EnumMap<>(Step.class);
    private long last = System.nanoTime();

    /** What has passed since the last lap counts for {@code step}. */
    void lap(Step step) {
        long now = System.nanoTime();
        nanos.merge(step, now - last, Long::sum);
        last = now;
    }

    long millis(Step step) {
        return (nanos.getOrDefault(step, 0L) + 500_000) / 1_000_000;
    }
}

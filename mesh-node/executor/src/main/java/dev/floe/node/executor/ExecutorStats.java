package dev.floe.node.executor;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

import dev.floe.node.executor.admission.Refusal;

/** Counts what an executor has done since it started. */
public final class ExecutorStats {
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(Refusal.class); // filled once, then only read

    private final LongAdder compilerMicros = new LongAdder();

    /** Jobs whose command ended by itself; not run to the end; given up by the submitter; refused. */
    public record ExecutorCounts(long done, long failed, long cancelled, long refused) {}

    /** Nothing is done yet. */
    public ExecutorStats() {
        for (Refusal refusal : Refusal.values()) {
            refusals.put(refusal, new LongAdder());
        }
    }

    /** A command that was run for others has taken so much CPU time. */
    void spent(long micros) {
        compilerMicros.add(micros);
    }

    void count(JobExecution.JobEnd end) {
        switch (end) {
            case DONE -> done.increment();
            case FAILED -> failed.increment();
            case CANCELLED -> cancelled.increment();
            case RETURNED -> refused(Refusal.DRAINING);
        }
    }

    void refused(Refusal why) {
        Objects.requireNonNull(refusals.get(why)).increment();
    }

    /** Offers that were refused, by the reason. */
    public Map<Refusal, Long> refusals() {
        Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);
        refusals.forEach((why, count) -> counts.put(why, count.sum()));
        return counts;
    }

    public ExecutorCounts counts() {
        return new ExecutorCounts(done.sum(), failed.sum(), cancelled.sum(),
                refusals.values().stream().mapToLong(LongAdder::sum).sum());
    }

    /** CPU time of the commands that were run for others. */
    public Duration compiler() {
        return Duration.ofNanos(1000 * compilerMicros.sum());
    }
}

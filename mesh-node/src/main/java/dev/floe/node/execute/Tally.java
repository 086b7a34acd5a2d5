package dev.floe.node.execute;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts what an executor has done since it started. */
public final class Tally {
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder refused = new LongAdder();

    private final LongAdder compilerMicros = new LongAdder();

    /** Jobs whose command ended by itself; not run to the end; given up by the submitter; refused. */
    public record Counts(long done, long failed, long cancelled, long refused) {}

    /** A command that was run for others has taken so much CPU time. */
    void spent(long micros) {
        compilerMicros.add(micros);
    }

    void count(Job.End end) {
        switch (end) {
            case DONE -> done.increment();
            case FAILED -> failed.increment();
            case CANCELLED -> cancelled.increment();
        }
    }

    void refused() {
        refused.increment();
    }

    public Counts counts() {
        return new Counts(done.sum(), failed.sum(), cancelled.sum(), refused.sum());
    }

    /** CPU time of the commands that were run for others. */
    public Duration compiler() {
        return Duration.ofNanos(1000 * compilerMicros.sum());
    }
}

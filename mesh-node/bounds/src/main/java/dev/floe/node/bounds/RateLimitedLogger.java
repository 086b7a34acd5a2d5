package dev.floe.node.bounds;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.Logger;

import dev.floe.store.BoundedMap;

/**
 * Warnings of which there is at most one on each subject in a time; those in between are logged for debugging.
 * Thread-safe.
 */
public final class RateLimitedLogger {
    private static final int MAX_SUBJECTS = 256;

    private final Logger log;
    private final long gapNanos;
    private final LongSupplier nanoClock;
    private final Map<String, Long> warnedAt = new BoundedMap<>(MAX_SUBJECTS); // by subject; guarded by itself

    /** @param gap between two warnings on one subject */
    public RateLimitedLogger(Logger log, Duration gap, LongSupplier nanoClock) {
        this.log = log;
        this.gapNanos = gap.toNanos();
        this.nanoClock = nanoClock;
    }

    /**
     * Logs a line.
     *
     * @param subject of which there may be few or many, such as an address
     * @param format  with {@code {}} for each argument
     * @return whether it was logged as a warning
     */
    public boolean warn(String subject, String format, Object... arguments) {
        boolean isDue = isDue(subject);
        if (isDue) {
            log.warn(format, arguments);
        } else {
            log.debug(format, arguments);
        }
        return isDue;
    }

    private boolean isDue(String subject) {
        long now = nanoClock.getAsLong();
        synchronized (warnedAt) {
            Long before = warnedAt.get(subject);
            if (before != null && now - before < gapNanos) {
                return false;
            }
            warnedAt.put(subject, now);
            return true;
        }
    }
}

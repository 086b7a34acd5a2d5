package dev.floe.node.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.FailureText;

/** Warnings of the cache, at most one a minute: a full disk would else say so for each result. Thread-safe. */
final class RateLimitedWarnings {
    private static final Logger LOG = LogManager.getLogger(RateLimitedWarnings.class);
    private static final long GAP_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoClock;
    /** When the next may be given, in nanoseconds of the clock. */
    private final AtomicLong nextAt;

    RateLimitedWarnings(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        nextAt = new AtomicLong(nanoClock.getAsLong());
    }

    /** Whether it was given as a warning. */
    boolean warn(String what, Exception why) {
        return warn(what, FailureText.of(why));
    }

    /** The same. */
    boolean warn(String what, String why) {
        long now = nanoClock.getAsLong();
        long next = nextAt.get();
        if (now - next >= 0 && nextAt.compareAndSet(next, now + GAP_NANOS)) {
            LOG.warn("{}: {}; more of this is not said within a minute", what, why);
            return true;
        }
        LOG.debug("{}: {}", what, why);
        return false;
    }
}

package dev.floe.node.wire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;

/**
 * The time that one direction of a stream has left under a {@link Patience}. Guarded by the lock of the condition that is waited for.
 *
 * <p>A link of 1 Mbit/s that carries twenty streams needs more than the first wait for one frame of each. So a stream that has used up
 * its time gets it again while the connection as a whole brings bytes, but no more often than {@link #MAX_EXTENSIONS} times in a row.
 */
final class StreamTime {
    private static final int MAX_EXTENSIONS = 5;
    /** A connection that brings less than this part of the rate is not at work: pings and window updates are no progress. */
    private static final int BUSY_PART = 4;

    private final Patience patience;
    private final LongSupplier connectionBytes;
    private long leftNanos;
    private long seenBytes;
    private int extensions;

    /** @param connectionBytes that the connection has brought so far */
    StreamTime(Patience patience, LongSupplier connectionBytes) {
        this.patience = patience;
        this.connectionBytes = connectionBytes;
        this.leftNanos = patience.first().toNanos();
        this.seenBytes = connectionBytes.getAsLong();
    }

    /** The stream has moved so many bytes. */
    void add(int bytes) {
        extensions = 0;
        leftNanos = Math.min(patience.most().toNanos(),
                leftNanos + TimeUnit.SECONDS.toNanos(bytes) / patience.bytesPerSecond());
    }

    /** Waits for a signal, as long as there is time. */
    void await(Condition signal) throws InterruptedException {
        if (!patience.isBounded()) {
            signal.await();
            return;
        }
        long before = System.nanoTime();
        long unused = signal.awaitNanos(leftNanos);
        leftNanos -= System.nanoTime() - before;
        if (unused > 0) {
            leftNanos = Math.max(leftNanos, 1);
        }
    }

    /** Whether the time is over; asked after each wait that has not brought what it was for. */
    boolean isOver() {
        return patience.isBounded() && leftNanos <= 0 && !extend();
    }

    private boolean extend() {
        long now = connectionBytes.getAsLong();
        boolean busy = now - seenBytes >= patience.first().toMillis() * patience.bytesPerSecond() / BUSY_PART
                / TimeUnit.SECONDS.toMillis(1);
        seenBytes = now;
        if (!busy || extensions >= MAX_EXTENSIONS) {
            return false;
        }
        extensions++;
        leftNanos = patience.first().toNanos();
        return true;
    }
}

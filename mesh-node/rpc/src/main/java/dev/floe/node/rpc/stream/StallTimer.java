package dev.floe.node.rpc.stream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;

/**
 * The time that one direction of a stream has left under a {@link StallPolicy}. Guarded by the lock of the condition
 * that is waited for.
 *
 * <p>A slow link that carries many streams brings a frame of each by turns. So a stream that has used up its time gets
 * a fifth of the first wait again while the connection as a whole brings bytes, but no more than {@link
 * #MAX_EXTENSIONS} times in a row.
 */
public final class StallTimer {
    private static final int MAX_EXTENSIONS = 3;
    private static final int EXTENSION_PART = 5;

    private final StallPolicy patience;
    private final LongSupplier connectionBytes;
    private long leftNanos;
    private long seenBytes;
    private int extensions;

    /** @param connectionBytes that the connection has brought so far */
    public StallTimer(StallPolicy patience, LongSupplier connectionBytes) {
        this.patience = patience;
        this.connectionBytes = connectionBytes;
        this.leftNanos = patience.first().toNanos();
        this.seenBytes = connectionBytes.getAsLong();
    }

    /** Counts bytes that the stream has moved. */
    public void add(int bytes) {
        extensions = 0;
        leftNanos = Math.min(patience.most().toNanos(),
                leftNanos + TimeUnit.SECONDS.toNanos(bytes) / patience.bytesPerSecond());
    }

    /** Waits for a signal, as long as there is time. */
    public void await(Condition signal) throws InterruptedException {
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
    public boolean isOver() {
        return patience.isBounded() && leftNanos <= 0 && !extend();
    }

    private boolean extend() {
        long extension = patience.first().toNanos() / EXTENSION_PART;
        long now = connectionBytes.getAsLong();
        // Pings and window updates alone are less.
        boolean busy = TimeUnit.SECONDS.toNanos(now - seenBytes) / patience.bytesPerSecond() >= extension;
        seenBytes = now;
        if (!busy || extensions >= MAX_EXTENSIONS) {
            return false;
        }
        extensions++;
        leftNanos = extension;
        return true;
    }
}

package dev.floe.node.toolchains.relay;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a relay gets on with a toolchain. What it says that it has must become more, and cannot be more than there
 * is, so a relay that only answers is given up. Used by one thread.
 */
public final class RelayProgress {
    /** A relay that has got nothing for so long has failed; it gives its holders up sooner. */
    static final Duration NO_PROGRESS = Duration.ofSeconds(30);

    private final long most;
    private final LongSupplier nanoClock;
    private long received = -1;
    private long lastProgress;

    /** @param most what a relay can say at the end */
    public RelayProgress(long most, LongSupplier nanoClock) {
        this.most = most;
        this.nanoClock = nanoClock;
        this.lastProgress = nanoClock.getAsLong();
    }

    /**
     * The relay has not got all yet.
     *
     * @param reported a number that grows with what it has
     * @return whether it has got more than ever before
     * @throws HolderFailedException if it has got nothing for too long
     */
    public boolean report(long reported) throws HolderFailedException {
        long now = nanoClock.getAsLong();
        if (reported > received && reported <= most) {
            received = reported;
            lastProgress = now;
            return true;
        }
        if (now - lastProgress > NO_PROGRESS.toNanos()) {
            throw new HolderFailedException("it gets nothing of the toolchain");
        }
        return false;
    }
}

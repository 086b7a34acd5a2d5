package dev.floe.node.rpc.stream;

import java.time.Duration;

/**
 * The policy for how long a stream may wait for its peer. A wait uses up time; each byte that comes, or is taken, gives
 * time back.
 *
 * @param first          what a stream begins with
 * @param most           more is not saved up
 * @param bytesPerSecond a peer that keeps to this rate is waited for without end
 */
public record StallPolicy(Duration first, Duration most, int bytesPerSecond) {
    /** For a peer's client, which has its own deadlines. */
    public static final StallPolicy ENDLESS = new StallPolicy(Duration.ZERO, Duration.ZERO, 1);

    public boolean isBounded() {
        return !first.isZero();
    }
}

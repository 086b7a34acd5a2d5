package dev.floe.node.rpc.http2;

import java.time.Duration;

/**
 * Whether a connection is alive, by what is heard on it and by pings. It is watched while streams are open, and after
 * that until a ping that was sent is answered: a caller that has given up does not hide a silent peer. One that jobs
 * use is watched for {@link #LINGER} longer, so that of several peers that fall silent together none is found by a job.
 * A peer that was heard since the last check is not pinged. Times are nanoseconds of a monotonic clock. Not
 * thread-safe.
 */
final class LivenessCheck {
    static final Duration LINGER = Duration.ofSeconds(10);

    private final Duration interval;
    private final Duration silence;
    private long heard;
    private long checked;
    private long pinged; // the first ping that is not answered, or the last
    private long watchedUntil;
    private boolean hadStreams;
    private boolean wasIdle = true;

    /** What to do now. */
    enum PingDecision {
        NOTHING, PING, CLOSE
    }

    /**
     * @param interval between two calls of {@link #check}
     * @param silence  after which a connection is closed
     */
    LivenessCheck(Duration interval, Duration silence, long now) {
        this.interval = interval;
        this.silence = silence;
        this.heard = now;
        this.checked = now;
        this.pinged = now;
        this.watchedUntil = now;
    }

    void heard(long now) {
        heard = now;
    }

    PingDecision check(long now, boolean hasStreams) {
        boolean isAnswered = heard - pinged >= 0;
        if (hasStreams && hadStreams) {
            watchedUntil = now + LINGER.toNanos();
        }
        hadStreams = hasStreams;
        boolean isHeard = heard - checked > 0; // since the last check
        boolean idle = !hasStreams && now - watchedUntil >= 0 && (wasIdle || isAnswered);
        boolean frozenMyself = now - checked > 2 * interval.toNanos();
        checked = now;
        if (idle || wasIdle || frozenMyself) {
            heard = now;
        }
        wasIdle = idle;
        if (idle) {
            return PingDecision.NOTHING;
        }
        if (now - heard > silence.toNanos()) {
            return PingDecision.CLOSE;
        }
        if (isAnswered && isHeard) {
            return PingDecision.NOTHING;
        }
        if (isAnswered) {
            pinged = now + 1; // what was heard until now is no answer
        }
        return PingDecision.PING;
    }
}

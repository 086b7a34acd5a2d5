package dev.floe.node.rpc.http2;

import java.time.Duration;

/**
 * Whether a connection is alive, by what is heard on it and by pings. It is watched while streams are open, and after
 * that until a ping that was sent is answered: a caller that has given up does not hide a silent peer. One that jobs
 * use is watched for {@link #LINGER} longer, so that of several peers that fall silent together none is found by a job.
 * A peer that was heard since the last check is not pinged.
 *
 * <p>On a machine with ten times as many threads as cores, a garbage collection of 0.1 s takes 1 s or more, and a node
 * says nothing meanwhile. So an answer to a ping may take {@link #PATIENCE} times the longest delay of the last {@link
 * #MEMORY}, if that is more than the usual limit. What counts are the delays of its answers, and of this check itself,
 * which show that this machine is overloaded. Times are nanoseconds of a monotonic clock. Not thread-safe.
 */
final class LivenessCheck {
    static final Duration LINGER = Duration.ofSeconds(10);

    static final int PATIENCE = 3;
    static final Duration MEMORY = Duration.ofMinutes(1);
    /** However slow the peer has been: what a frozen one costs a compile must stay bounded. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(4);

    private final Duration interval;
    private final Duration silence;
    private long heard;
    private long checked;
    private long pinged; // the first ping that is not answered, or the last
    private long watchedUntil;
    private long delay; // the longest of the last time
    private long delayed; // when that was
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
        this.delayed = now;
    }

    void heard(long now) {
        if (pinged - heard > 0) {
            learn(now, now - pinged);
        }
        heard = now;
    }

    /** What is longer than any load explains is another matter: a machine that was suspended, a process stopped. */
    private void learn(long now, long newDelay) {
        if (newDelay <= MAX_SILENCE.toNanos() && (newDelay >= delay || now - delayed > MEMORY.toNanos())) {
            delay = newDelay;
            delayed = now;
        }
    }

    /** For how long the peer may say nothing. */
    Duration limit(long now) {
        if (now - delayed > MEMORY.toNanos()) {
            return silence;
        }
        // A ping goes out two intervals after the last sign of life at the latest.
        long patient = Math.min(2 * interval.toNanos() + PATIENCE * delay, MAX_SILENCE.toNanos());
        return patient > silence.toNanos() ? Duration.ofNanos(patient) : silence;
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
        learn(now, now - checked - interval.toNanos());
        checked = now;
        if (idle || wasIdle || frozenMyself) {
            heard = now;
        }
        wasIdle = idle;
        if (idle) {
            return PingDecision.NOTHING;
        }
        if (now - heard > limit(now).toNanos()) {
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

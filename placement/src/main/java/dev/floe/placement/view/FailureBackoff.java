package dev.floe.placement.view;

import java.time.Duration;
import java.time.Instant;

/**
 * The backoff of a node by its failures with this submitter's jobs since it started. A failure lowers its success rate
 * and gives it a pause, which doubles with each failure that is not followed by a success. After a pause it is tried
 * again; once it has failed {@value #DOUBTFUL} times running, with one job at a time. Failures during a pause are of
 * jobs given to it before, have the same cause, and count no more.
 */
final class FailureBackoff {
    private static final double FAILURE_KEEPS = 0.5;
    private static final double SUCCESS_REGAINS = 0.5;
    private static final int DOUBTFUL = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
    /** A node that was killed leaves the mesh within this; the first job that it lost tells of it at once. */
    private static final Duration SUSPICION = Duration.ofSeconds(3);

    private final StalenessPolicy freshness;
    private double successRate = 1;
    private Instant judged = Instant.EPOCH;
    private int failures;
    private Instant pausedUntil = Instant.EPOCH;

    FailureBackoff(StalenessPolicy freshness) {
        this.freshness = freshness;
    }

    /** The node has restarted; its earlier failures no longer count. */
    void forget() {
        successRate = 1;
        failures = 0;
        pausedUntil = Instant.EPOCH;
    }

    void succeeded(Instant now) {
        double rate = successRate(now);
        successRate = rate + SUCCESS_REGAINS * (1 - rate);
        judged = now;
        failures = 0;
        pausedUntil = Instant.EPOCH;
    }

    void failed(Instant now) {
        if (now.isBefore(pausedUntil)) {
            return;
        }
        successRate = successRate(now) * FAILURE_KEEPS;
        judged = now;
        pausedUntil = now.plus(pauseAfter(++failures));
    }

    private static Duration pauseAfter(int failures) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 16));
        return doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
    }

    double successRate(Instant now) {
        return freshness.recovered(successRate, Duration.between(judged, now));
    }

    boolean isSpotless() {
        return successRate >= 1;
    }

    /** How long it gets no job; zero if it may have one. */
    Duration pause(Instant now) {
        return now.isBefore(pausedUntil) ? Duration.between(now, pausedUntil) : Duration.ZERO;
    }

    /** Whether it has failed the last job, lately: it may be about to leave the mesh. */
    boolean isSuspected(Instant now) {
        return failures > 0 && now.isBefore(judged.plus(SUSPICION));
    }

    /** Whether one job at a time is enough until it brings one to its end. */
    boolean isDoubtful() {
        return failures >= DOUBTFUL;
    }
}

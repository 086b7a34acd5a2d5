package dev.floe.node.rpc.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.http2.LivenessCheck.PingDecision;

final class LivenessCheckTest {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private long now = 1;
    private final LivenessCheck check = new LivenessCheck(INTERVAL, SILENCE, now);

    private PingDecision next(boolean hasStreams) {
        now += INTERVAL.toNanos();
        return check.check(now, hasStreams);
    }

    @Test
    void anIdleConnectionCostsNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(next(false)).isEqualTo(PingDecision.NOTHING);
        }
    }

    @Test
    void aSilentPeerIsClosedAfterTheSilence() {
        for (int i = 0; i <= 4; i++) {
            assertThat(next(true)).isEqualTo(PingDecision.PING);
        }
        assertThat(next(true)).isEqualTo(PingDecision.CLOSE);
    }

    @Test
    void aPeerThatAnswersStays() {
        for (int i = 0; i < 100; i++) {
            assertThat(next(true)).isEqualTo(PingDecision.PING);
            check.heard(now + 10);
            assertThat(next(true)).isEqualTo(PingDecision.NOTHING);
        }
    }

    @Test
    void aPeerThatIsHeardIsNotPinged() {
        for (int i = 0; i < 100; i++) {
            check.heard(now + 10);
            assertThat(next(true)).isEqualTo(PingDecision.NOTHING);
        }
    }

    @Test
    void aPeerThatFallsSilentAfterItWasHeardIsClosedAfterTheSilence() {
        check.heard(now + 10);
        assertThat(next(true)).isEqualTo(PingDecision.NOTHING);
        for (int i = 0; i < 4; i++) {
            assertThat(next(true)).isEqualTo(PingDecision.PING);
        }
        assertThat(next(true)).isEqualTo(PingDecision.CLOSE);
    }

    @Test
    void whatComesWhileAPingIsNotAnsweredStopsThePings() {
        assertThat(next(true)).isEqualTo(PingDecision.PING);
        assertThat(next(true)).isEqualTo(PingDecision.PING);
        check.heard(now + 10);
        assertThat(next(true)).isEqualTo(PingDecision.NOTHING);
        assertThat(next(true)).isEqualTo(PingDecision.PING);
    }

    @Test
    void aCallerThatGivesUpDoesNotHideASilentPeer() {
        assertThat(next(true)).isEqualTo(PingDecision.PING);
        for (int i = 0; i < 4; i++) {
            assertThat(next(false)).isEqualTo(PingDecision.PING);
        }
        assertThat(next(false)).isEqualTo(PingDecision.CLOSE);
    }

    @Test
    void aConnectionWithoutStreamsIsIdleOnceItsPingIsAnswered() {
        assertThat(next(true)).isEqualTo(PingDecision.PING);
        check.heard(now + 10);
        assertThat(next(false)).isEqualTo(PingDecision.NOTHING);
    }

    @Test
    void aConnectionThatJobsUseIsWatchedForAWhileAfterTheLast() {
        next(true);
        check.heard(now + 10);
        next(true);
        check.heard(now + 10);
        for (long waited = 2 * INTERVAL.toNanos(); waited < LivenessCheck.LINGER.toNanos(); waited += 2
                * INTERVAL.toNanos()) {
            assertThat(next(false)).as("it has just been heard").isEqualTo(PingDecision.NOTHING);
            assertThat(next(false)).isEqualTo(PingDecision.PING);
            check.heard(now + 10);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(next(false)).isEqualTo(PingDecision.NOTHING);
        }
    }

    @Test
    void aNodeThatWasFrozenItselfBlamesNobody() {
        assertThat(next(true)).isEqualTo(PingDecision.PING);
        now += Duration.ofMinutes(1).toNanos();
        assertThat(next(true)).isEqualTo(PingDecision.PING);
    }
}

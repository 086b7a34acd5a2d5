package dev.floe.node.rpc.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

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

    /** Falls silent now. After how many checks the connection is closed. */
    private int checksUntilItIsClosed() {
        for (int checks = 1;; checks++) {
            if (next(true) == PingDecision.CLOSE) {
                return checks;
            }
        }
    }

    private void answerLate(Duration delay) {
        assertThat(next(true)).isEqualTo(PingDecision.PING);
        check.heard(now + delay.toNanos());
        assertThat(next(true)).isEqualTo(PingDecision.NOTHING);
    }

    @Test
    void aPeerThatHasAnsweredABitLateMayBeSilentAsLongAsAnyOther() {
        answerLate(Duration.ofMillis(330));
        assertThat(checksUntilItIsClosed()).as("1 s and three times 0.3 s are less than 2 s").isEqualTo(4);
    }

    @Test
    void aPeerThatStopsForSecondsAtATimeIsKept() {
        for (Duration pause : List.of(Duration.ofMillis(700), Duration.ofMillis(1900), Duration.ofMillis(2900))) {
            assertThat(next(true)).isEqualTo(PingDecision.PING);
            long pinged = now;
            while (now + INTERVAL.toNanos() < pinged + pause.toNanos()) {
                assertThat(next(true)).isEqualTo(PingDecision.PING);
            }
            check.heard(pinged + pause.toNanos());
            next(true);
        }
        assertThat(check.limit(now)).isEqualTo(LivenessCheck.MAX_SILENCE);
    }

    @Test
    void aSlowPeerIsForgivenForAWhileOnly() {
        assertThat(next(true)).isEqualTo(PingDecision.PING);
        next(true);
        next(true);
        check.heard(now + 1);
        assertThat(check.limit(now)).isEqualTo(Duration.ofSeconds(4));
        now += LivenessCheck.MEMORY.toNanos() + 2;
        assertThat(check.limit(now)).isEqualTo(SILENCE);
    }

    @Test
    void aMachineThatIsLateItselfIsPatient() {
        next(true);
        now += Duration.ofMillis(1000).toNanos();
        next(true);
        assertThat(check.limit(now)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aMachineThatWasSuspendedIsNotSlow() {
        next(true);
        now += Duration.ofHours(1).toNanos();
        next(true);
        assertThat(check.limit(now)).isEqualTo(SILENCE);
    }

    @Test
    void aNodeThatWasFrozenItselfBlamesNobody() {
        assertThat(next(true)).isEqualTo(PingDecision.PING);
        now += Duration.ofMinutes(1).toNanos();
        assertThat(next(true)).isEqualTo(PingDecision.PING);
    }
}

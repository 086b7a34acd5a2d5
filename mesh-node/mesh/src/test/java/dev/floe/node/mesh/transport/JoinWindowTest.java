package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

final class JoinWindowTest {
    private static final String A = "192.0.2.1:7079";
    private static final String B = "192.0.2.2:7079";
    private static final long START = 1_000_000_000L;

    private final JoinWindow window = new JoinWindow(Duration.ofMillis(700), Duration.ofSeconds(2));

    private long remaining(int millisAfterStart, boolean first) {
        return Duration.ofNanos(window.remainingNanos(at(millisAfterStart), first)).toMillis();
    }

    private static long at(int millisAfterStart) {
        return START + Duration.ofMillis(millisAfterStart).toNanos();
    }

    @Test
    void aNodeThatKnowsNobodyBeginsAtOnce() {
        window.begin(START);
        assertThat(remaining(0, true)).isZero();
    }

    @Test
    void anAddressThatRefusesMayBeOfANodeThatStartsToo() {
        window.begin(START);
        window.asked(A);
        window.failed(A);
        assertThat(remaining(5, true)).isEqualTo(695);
        assertThat(remaining(700, true)).isZero();
    }

    @Test
    void anAddressThatSaysNothingGetsTheWholeTime() {
        window.begin(START);
        window.asked(A);
        window.asked(B);
        window.failed(A);
        assertThat(remaining(1500, true)).isEqualTo(500);
        window.failed(B);
        assertThat(remaining(1500, true)).isNegative();
    }

    @Test
    void theFirstOfThoseWhoSearchBeginsSoonWhenAllAreReached() {
        window.begin(START);
        window.asked(A);
        window.reached(A, at(30));
        window.answered(A, at(35));
        assertThat(remaining(35, true)).isEqualTo(200);
        window.found(at(100));
        assertThat(remaining(100, true)).isEqualTo(200);
        assertThat(remaining(300, true)).isZero();
    }

    @Test
    void anAddressThatIsReachedAndHasNotAnsweredGetsTheWholeTime() {
        window.begin(START);
        window.asked(A);
        window.asked(B);
        window.reached(A, at(30));
        window.reached(B, at(30));
        window.answered(A, at(40));
        assertThat(remaining(900, true)).isEqualTo(1100);
        assertThat(remaining(2000, true)).isZero();
    }

    @Test
    void whereAnswersAreSlowTheNamesOfOthersAreToo() {
        window.begin(START);
        window.asked(A);
        window.reached(A, at(100));
        window.answered(A, at(700));
        assertThat(remaining(700, true)).isEqualTo(600);
        window.answered(A, at(1000));
        assertThat(remaining(1300, true)).isZero();
    }

    @Test
    void anAddressThatIsAskedAgainDoesNotProlongTheSearch() {
        window.begin(START);
        window.asked(A);
        window.reached(A, at(30));
        window.answered(A, at(30));
        window.asked(A);
        window.resolved(A, A, false);
        window.reached(A, at(200));
        assertThat(remaining(230, true)).isZero();
    }

    @Test
    void whoIsNotTheFirstWaitsForTheOneThatIs() {
        window.begin(START);
        window.asked(A);
        window.reached(A, at(30));
        assertThat(remaining(1000, false)).isEqualTo(1000);
        assertThat(remaining(2000, false)).isZero();
    }

    @Test
    void aNodeThatSearchesTheLanWaitsForThoseWhoStartToo() {
        window.searchLan();
        window.begin(START);
        assertThat(remaining(0, true)).isEqualTo(700);
    }

    @Test
    void aNameCountsAsTheAddressThatItStandsFor() {
        window.begin(START);
        window.asked("board:7079");
        assertThat(remaining(10, true)).isEqualTo(1990);
        window.resolved("board:7079", A, false);
        assertThat(remaining(10, true)).isEqualTo(1990);
        window.reached(A, at(20));
        window.answered(A, at(20));
        assertThat(remaining(220, true)).isZero();
    }

    @Test
    void aNodeDoesNotWaitForItself() {
        window.begin(START);
        window.asked("self:7079");
        window.resolved("self:7079", A, true);
        assertThat(remaining(0, true)).isZero();
    }

    @Test
    void aNameWithoutAnAddressIsLikeOneThatRefuses() {
        window.begin(START);
        window.asked("board:7079");
        window.failed("board:7079");
        assertThat(remaining(0, true)).isEqualTo(700);
    }

    @Test
    void theNextSearchForgetsWhatTheLastOneFound() {
        window.begin(START);
        window.asked(A);
        window.failed(A);
        window.end();
        window.asked(B);
        window.begin(at(5000));
        assertThat(remaining(5000, true)).isZero();
    }

    @Test
    void opensNoLongerThanTheLimit() {
        JoinWindow slow = new JoinWindow(Duration.ofSeconds(9), Duration.ofSeconds(2));
        slow.begin(START);
        slow.asked(A);
        slow.failed(A);
        assertThat(Duration.ofNanos(slow.remainingNanos(START, true)).toMillis()).isEqualTo(2000);
    }
}

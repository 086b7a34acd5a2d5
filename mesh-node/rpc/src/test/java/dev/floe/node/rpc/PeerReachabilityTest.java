package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

final class PeerReachabilityTest {
    private static final InetSocketAddress PEER = new InetSocketAddress("127.0.0.1", 7080);
    private static final InetSocketAddress OTHER = new InetSocketAddress("127.0.0.1", 7090);

    private final AtomicLong now = new AtomicLong(1);
    private final PeerReachability reachability = new PeerReachability(now::get);

    @Test
    void aPeerThatFailedIsUnreachableUntilItIsReached() {
        reachability.failed(PEER, "no answer");

        assertThat(reachability.reason(PEER)).contains("no answer");
        assertThat(reachability.reason(OTHER)).isEmpty();
        reachability.reached(PEER);
        assertThat(reachability.reason(PEER)).isEmpty();
    }

    @Test
    void thePauseGrowsToItsBound() {
        Duration pause = PeerReachability.FIRST_PAUSE;
        for (int i = 0; i < 10; i++) {
            reachability.failed(PEER, "no answer");
            assertThat(reachability.due()).isEmpty();
            now.addAndGet(pause.toNanos() - 1);
            assertThat(reachability.due()).isEmpty();
            now.addAndGet(1);
            assertThat(reachability.due()).containsExactly(PEER);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(PeerReachability.MAX_PAUSE) < 0 ? doubled : PeerReachability.MAX_PAUSE;
        }
    }

    @Test
    void failuresDuringAPauseHaveTheSameCauseAndDoNotProlongIt() {
        reachability.failed(PEER, "no answer");
        reachability.failed(PEER, "no answer");
        now.addAndGet(PeerReachability.FIRST_PAUSE.toNanos());

        assertThat(reachability.due()).containsExactly(PEER);
    }

    @Test
    void forgetsThoseThatHaveLeft() {
        reachability.failed(PEER, "no answer");
        reachability.failed(OTHER, "no answer");
        reachability.retain(OTHER::equals);

        assertThat(reachability.reason(PEER)).isEmpty();
        assertThat(reachability.reason(OTHER)).isPresent();
    }
}

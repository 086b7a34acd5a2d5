package dev.floe.node.cache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.floe.node.cache.replication.RateLimiter;
import dev.floe.node.mesh.MeshOfNodes;
import dev.floe.node.mesh.state.Peer;

/** What is bounded in time: copies made again, and how long a silent peer is left alone. */
final class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong(-7);

    @Test
    void noMoreResultsPassInASecondThanAllowed() {
        RateLimiter throttle = new RateLimiter(100, Long.MAX_VALUE);
        int passed = 0;
        for (long at = 0; at < 10 * SECOND; at += SECOND / 1000) {
            if (throttle.waitNanos(at) <= 0) {
                throttle.passed(0, at);
                passed++;
            }
        }
        assertThat(passed).isBetween(999, 1001);
    }

    @Test
    void manyBytesArePaidBeforeTheNextResult() {
        RateLimiter throttle = new RateLimiter(1000, 1_000_000);
        assertThat(throttle.waitNanos(5)).isZero();
        throttle.passed(3_000_000, 5);
        assertThat(throttle.waitNanos(5)).isEqualTo(3 * SECOND + SECOND / 1000);
        assertThat(throttle.waitNanos(5 + 4 * SECOND)).isNegative();
        throttle.passed(0, 5 + 4 * SECOND);
        assertThat(throttle.waitNanos(5 + 4 * SECOND)).as("idle time is not saved up").isEqualTo(SECOND / 1000);
    }

    @Test
    void aSilentPeerIsAskedAgainAfterAWhile() {
        UnresponsivePeers shunned = new UnresponsivePeers(now::get);
        Peer peer = new Peer(MeshOfNodes.info("a"), null, Duration.ZERO, false);
        assertThat(shunned.contains(peer)).isFalse();
        shunned.add(peer);
        assertThat(shunned.contains(peer)).isTrue();
        now.addAndGet(6 * SECOND);
        assertThat(shunned.contains(peer)).isFalse();
    }
}

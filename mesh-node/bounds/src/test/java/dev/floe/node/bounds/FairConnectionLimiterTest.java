package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

class FairConnectionLimiterTest {
    private final FairConnectionLimiter<Integer> places = new FairConnectionLimiter<>(4, 3);

    @Test
    void displacesTheOldestOfTheHostThatHasMost() {
        assertThat(places.enter(1, "a")).isEmpty();
        assertThat(places.enter(2, "b")).isEmpty();
        assertThat(places.enter(3, "b")).isEmpty();
        assertThat(places.enter(4, "c")).isEmpty();
        assertThat(places.enter(5, "d")).contains(2);
        assertThat(places.count()).isEqualTo(4);
    }

    @Test
    void aHostThatHasItsShareDisplacesItsOwn() {
        assertThat(places.enter(1, "a")).isEmpty();
        assertThat(places.enter(2, "a")).isEmpty();
        assertThat(places.enter(3, "a")).isEmpty();
        assertThat(places.enter(4, "a")).contains(1);
        assertThat(places.enter(5, "b")).isEmpty();
        assertThat(places.enter(6, "a")).as("b keeps its place").contains(2);
    }

    @Test
    void knowsWhoHasLeft() {
        places.enter(1, "a");
        assertThat(places.leave(1)).isTrue();
        assertThat(places.leave(1)).isFalse();
        assertThat(places.count()).isZero();
    }

    @Test
    void neverHasMoreThanItsPlacesAndKeepsAHostWithOneConnection() {
        for (int seed = 0; seed < 100; seed++) {
            FairConnectionLimiter<Integer> crowded = new FairConnectionLimiter<>(8, 6);
            Random random = new Random(seed);
            crowded.enter(-1, "quiet");
            Map<Integer, String> lost = new HashMap<>();
            for (int i = 0; i < 500; i++) {
                String host = "host" + random.nextInt(3);
                crowded.enter(i, host).ifPresent(gone -> lost.put(gone, host));
                assertThat(crowded.count()).as("seed %d", seed).isLessThanOrEqualTo(8);
            }
            assertThat(lost).as("seed %d", seed).isNotEmpty().doesNotContainKey(-1);
        }
    }

    @Test
    void takesANetworkOfIpv6ForOneHost() throws Exception {
        assertThat(host("2001:db8::1")).isEqualTo(host("2001:db8::ffff:2")).isNotEqualTo(host("2001:db8:0:1::1"));
        assertThat(host("192.0.2.1")).isNotEqualTo(host("192.0.2.2"));
        assertThat(FairConnectionLimiter.host(null)).isEqualTo("unknown");
    }

    private static String host(String address) throws Exception {
        return FairConnectionLimiter.host(new InetSocketAddress(InetAddress.getByName(address), 1));
    }
}

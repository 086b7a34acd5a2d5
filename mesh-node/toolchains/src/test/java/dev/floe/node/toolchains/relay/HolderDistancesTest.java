package dev.floe.node.toolchains.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** Holders on the LAN, behind a slow link, and away. */
final class HolderDistancesTest {
    private static final InetSocketAddress NEAR = new InetSocketAddress("127.0.0.1", 1);
    private static final InetSocketAddress ALSO_NEAR = new InetSocketAddress("127.0.0.1", 2);
    private static final InetSocketAddress FAR = new InetSocketAddress("127.0.0.1", 3);
    private static final InetSocketAddress FARTHER = new InetSocketAddress("127.0.0.1", 4);
    private static final InetSocketAddress AWAY = new InetSocketAddress("127.0.0.1", 5);
    private static final Map<InetSocketAddress, Duration> TRIPS = Map.of(NEAR, Duration.ofNanos(200_000), ALSO_NEAR,
            Duration.ofNanos(900_000), FAR, Duration.ofMillis(40), FARTHER, Duration.ofMillis(90));

    @Test
    void farHoldersComeLast() {
        HolderDistances distances = HolderDistances.of(List.of(AWAY, FARTHER, NEAR, FAR, ALSO_NEAR), TRIPS);
        assertThat(distances.distance()).contains(Duration.ofNanos(200_000));
        assertThat(distances.order(0)).containsExactly(NEAR, ALSO_NEAR, FAR, FARTHER, AWAY);
    }

    @Test
    void nearHoldersTakeTurns() {
        HolderDistances distances = HolderDistances.of(List.of(NEAR, FAR, ALSO_NEAR), TRIPS);
        assertThat(distances.order(1)).containsExactly(ALSO_NEAR, NEAR, FAR);
        assertThat(distances.order(2)).containsExactly(NEAR, ALSO_NEAR, FAR);
    }

    @Test
    void allAreAskedIfNoneCanBeMeasured() {
        HolderDistances distances = HolderDistances.measure(List.of(NEAR, FAR), _ -> {
            throw new IOException("no answer");
        });
        assertThat(distances.distance()).isEmpty();
        assertThat(distances.order(0)).containsExactlyInAnyOrder(NEAR, FAR);
    }

    @Test
    void measuresEachHolder() {
        HolderDistances distances = HolderDistances.measure(List.of(FAR, NEAR, AWAY), peer -> {
            if (!TRIPS.containsKey(peer)) {
                throw new IOException("no answer");
            }
            return TRIPS.get(peer);
        });
        assertThat(distances.order(0)).containsExactly(NEAR, FAR, AWAY);
    }
}

package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.stream.PeerStream;

/** A peer that answers when nobody waits for it any more. */
final class LateHandshakeTest {
    @Test
    void leavesNoConnection() throws IOException {
        try (TwoPeers peers = new TwoPeers(exchange -> exchange.output().close());
                Gateway way = new Gateway(peers.server().address());
                EventLoops loops = EventLoops.started(1);
                PeerConnections hasty = new PeerConnections(loops,
                        Optional.of(TwoPeers.credentials(peers.mesh(), "client")), Duration.ofMillis(300))) {
            way.freeze();
            assertThatThrownBy(() -> hasty.open(way.address(), PeerConnections.ConnectionClass.JOBS, "/x"))
                    .hasMessageContaining("no answer");
            way.thaw();
            await().atMost(Duration.ofMinutes(5)).until(way::ended, ends -> ends > 0);
        }
    }

    @Test
    void isNoHindranceLater() throws IOException {
        try (TwoPeers peers = new TwoPeers(exchange -> exchange.output().close());
                Gateway way = new Gateway(peers.server().address());
                EventLoops loops = EventLoops.started(1);
                PeerConnections hasty = new PeerConnections(loops,
                        Optional.of(TwoPeers.credentials(peers.mesh(), "client")), Duration.ofSeconds(3))) {
            way.freeze();
            assertThatThrownBy(() -> hasty.open(way.address(), PeerConnections.ConnectionClass.JOBS, "/x"))
                    .hasMessageContaining("no answer");
            way.thaw();
            assertThatThrownBy(() -> hasty.open(way.address(), PeerConnections.ConnectionClass.JOBS, "/x"))
                    .hasMessageContaining("in the background");
            await().atMost(Duration.ofMinutes(5)).until(() -> {
                hasty.retryUnreachable(way.address()::equals);
                return hasty.reachability().reason(way.address()).isEmpty();
            });
            try (PeerStream exchange = hasty.open(way.address(), PeerConnections.ConnectionClass.JOBS, "/x")) {
                assertThat(exchange.input().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void isTriedAtOnceOnRequest() throws IOException {
        try (TwoPeers peers = new TwoPeers(exchange -> exchange.output().close());
                Gateway way = new Gateway(peers.server().address());
                EventLoops loops = EventLoops.started(1);
                PeerConnections users = new PeerConnections(loops,
                        Optional.of(TwoPeers.credentials(peers.mesh(), "client")))) {
            users.reachability().failed(way.address(), "no answer");
            assertThatThrownBy(() -> users.open(way.address(), PeerConnections.ConnectionClass.BULK, "/x"))
                    .hasMessageContaining("in the background");
            try (PeerStream exchange = users.retry(way.address(), PeerConnections.ConnectionClass.BULK, "/x")) {
                assertThat(exchange.input().read()).isEqualTo(-1);
            }
            assertThat(users.reachability().reason(way.address())).isEmpty();
        }
    }

    /** So that a test of connections sees that packets were lost, and not what was found out before. */
    @Test
    void isATimeoutAtEachRequest() throws IOException {
        try (TwoPeers peers = new TwoPeers(exchange -> exchange.output().close());
                Gateway way = new Gateway(peers.server().address());
                EventLoops loops = EventLoops.started(1);
                PeerConnections hasty = new PeerConnections(loops,
                        Optional.of(TwoPeers.credentials(peers.mesh(), "client")), Duration.ofMillis(50))) {
            way.freeze();
            for (int time = 0; time < 2; time++) {
                assertThatThrownBy(() -> hasty.retry(way.address(), PeerConnections.ConnectionClass.BULK, "/x"))
                        .hasCauseInstanceOf(TimeoutException.class);
            }
        }
    }
}

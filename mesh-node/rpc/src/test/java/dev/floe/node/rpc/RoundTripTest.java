package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.security.MeshKey;

/** Measured round trips to peers. */
final class RoundTripTest {
    @Test
    void measuresAPeer() throws Exception {
        try (TwoPeers peers = new TwoPeers(_ -> {})) {
            assertThat(peers.client().roundTrip(peers.server().address())).isBetween(Duration.ofNanos(1),
                    Duration.ofSeconds(3));
        }
    }

    @Test
    void aNodeIsBuiltBeforeItsEventLoopsStart() throws Exception {
        new PeerConnections(new EventLoops(1), Optional.of(TwoPeers.credentials(MeshKey.create("home"), "a"))).close();
    }

    @Test
    void namesAPeerThatDoesNotAnswer() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (TwoPeers peers = new TwoPeers(_ -> {})) {
            InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            assertThatThrownBy(() -> peers.client().roundTrip(nobody)).isInstanceOf(IOException.class)
                    .hasMessageContaining(":" + port);
        }
    }
}

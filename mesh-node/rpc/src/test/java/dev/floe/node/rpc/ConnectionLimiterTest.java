package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StallPolicy;
import dev.floe.node.rpc.stream.StreamBrokenException;

/** How many connections and requests the data plane's port takes. */
class ConnectionLimiterTest {
    private static final StallPolicy LONG = ServerLimits.standard().receive();

    private final List<Socket> strangers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket stranger : strangers) {
            stranger.close();
        }
    }

    private static void answer(PeerStream exchange) throws IOException {
        exchange.output().close();
    }

    private void stranger(TwoPeers peers) throws IOException {
        InetSocketAddress port = peers.server().address();
        strangers.add(new Socket(port.getAddress(), port.getPort()));
    }

    @Test
    void boundsTheConnectionsThatDoNotShakeHandsAndStillLetsMembersIn() throws Exception {
        try (TwoPeers peers = new TwoPeers(ConnectionLimiterTest::answer,
                new ServerLimits(LONG, LONG, 8, 100, 100, 100))) {
            for (int i = 0; i < 60; i++) {
                stranger(peers);
                assertThat(peers.server().handshakes()).isLessThanOrEqualTo(8);
            }
            await().atMost(Duration.ofMinutes(5)).until(() -> peers.refused() >= 60 - 8);
            assertThat(peers.server().handshakes()).as("of one host").isEqualTo(6);
            try (PeerStream exchange = peers.open("/x")) {
                assertThat(exchange.input().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void boundsTheConnectionsOfOneMember() throws Exception {
        try (TwoPeers peers = new TwoPeers(ConnectionLimiterTest::answer, new ServerLimits(LONG, LONG, 8, 100, 2, 100));
                EventLoops loops = EventLoops.started(1)) {
            List<PeerConnections> opened = new ArrayList<>();
            TlsCredentials twin = TwoPeers.credentials(peers.mesh(), "twin");
            for (int i = 0; i < 2; i++) {
                PeerConnections connections = new PeerConnections(loops, Optional.of(twin));
                opened.add(connections);
                expectAnswer(connections, peers);
            }
            try (PeerConnections third = new PeerConnections(loops, Optional.of(twin))) {
                assertThatThrownBy(() -> expectAnswer(third, peers)).isInstanceOf(IOException.class);
            }
            try (PeerStream exchange = peers.open("/x")) {
                assertThat(exchange.input().read()).as("another member").isEqualTo(-1);
            }
            opened.forEach(PeerConnections::close);
            try (PeerConnections again = new PeerConnections(loops, Optional.of(twin))) {
                await().ignoreException(IOException.class).until(() -> {
                    expectAnswer(again, peers);
                    return true;
                });
            }
        }
    }

    private static void expectAnswer(PeerConnections connections, TwoPeers peers) throws IOException {
        try (PeerStream exchange = connections.open(peers.server().address(), PeerConnections.ConnectionClass.JOBS,
                "/x")) {
            assertThat(exchange.input().read()).isEqualTo(-1);
        }
    }

    @Test
    void boundsTheRequestsThatHaveAThreadOfTheSystem() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        PeerServer.Service slow = new PeerServer.Service() {
            @Override
            public void serve(PeerStream exchange) throws IOException {
                if (exchange.path().equals("/timed")) {
                    exchange.output().write(1);
                    exchange.output().flush();
                    awaitEnd(end);
                }
                exchange.output().close();
            }

            @Override
            public boolean isTimed(String path) {
                return path.equals("/timed");
            }
        };
        try (TwoPeers peers = new TwoPeers(slow, new ServerLimits(LONG, LONG, 8, 100, 100, 2));
                PeerStream first = peers.open("/timed");
                PeerStream second = peers.open("/timed")) {
            assertThat(first.input().read()).isEqualTo(1);
            assertThat(second.input().read()).isEqualTo(1);
            try (PeerStream third = peers.open("/timed"); PeerStream other = peers.open("/x")) {
                assertThatThrownBy(() -> third.input().read()).isInstanceOf(StreamBrokenException.class);
                assertThat(other.input().read()).isEqualTo(-1);
            }
            end.countDown();
            assertThat(first.input().read()).isEqualTo(-1);
        }
    }

    private static void awaitEnd(CountDownLatch end) throws IOException {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void leavesMostDescriptorsToTheNode() {
        ServerLimits few = ServerLimits.forDescriptors(256);
        assertThat(few.handshakes() + few.connections()).isLessThan(128);
        assertThat(ServerLimits.forDescriptors(1 << 20).handshakes()).isEqualTo(256);
    }
}

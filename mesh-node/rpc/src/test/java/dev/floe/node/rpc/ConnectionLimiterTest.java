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

import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StallPolicy;
import dev.floe.node.rpc.stream.StreamBrokenException;

/** How many connections and requests the data plane's port takes. */
class ConnectionLimiterTest {
    private static final StallPolicy LONG = ServerLimits.standard().receive();

    private final List<Socket> strangers = new ArrayList<>();
    private final MeshKey mesh = MeshKey.create("home");
    private final Optional<TlsCredentials> twin = Optional.of(TwoPeers.credentials(mesh, "twin"));

    @AfterEach
    void close() throws IOException {
        for (Socket stranger : strangers) {
            stranger.close();
        }
    }

    private static ServerLimits limits(int connections, int ofOneNode, int timed, int requests, int requestsOfOneNode) {
        return new ServerLimits(LONG, LONG, new ServerLimits.ConnectionLimits(8, connections, ofOneNode),
                new ServerLimits.RequestLimits(timed, requests, requestsOfOneNode));
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
        try (TwoPeers peers = new TwoPeers(mesh, ConnectionLimiterTest::answer,
                limits(100, 100, 100, 100, 100))) {
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

    /** Answers at once, but for {@code /held}, which begins its answer and ends it when the test says so. */
    private static PeerServer.Service held(CountDownLatch end) {
        return exchange -> {
            if (exchange.path().equals("/held")) {
                exchange.output().write(1);
                exchange.output().flush();
                awaitEnd(end);
            }
            answer(exchange);
        };
    }

    private static PeerStream hold(PeerConnections connections, TwoPeers peers) throws IOException {
        PeerStream exchange = connections.open(peers.server().address(), PeerConnections.ConnectionClass.JOBS,
                "/held");
        exchange.output().flush();
        assertThat(exchange.input().read()).isEqualTo(1);
        return exchange;
    }

    @Test
    void boundsTheConnectionsOfOneMember() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(mesh, held(end), limits(100, 2, 100, 100, 100));
                EventLoops loops = EventLoops.started(1)) {
            List<PeerConnections> opened = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                PeerConnections connections = connections(loops, twin);
                opened.add(connections);
                hold(connections, peers);
            }
            try (PeerConnections third = connections(loops, twin)) {
                assertThatThrownBy(() -> expectAnswer(third, peers)).isInstanceOf(IOException.class);
            }
            try (PeerStream exchange = peers.open("/x")) {
                assertThat(exchange.input().read()).as("another member").isEqualTo(-1);
            }
            end.countDown();
            opened.forEach(PeerConnections::close);
            try (PeerConnections again = connections(loops, twin)) {
                await().ignoreException(IOException.class).until(() -> {
                    expectAnswer(again, peers);
                    return true;
                });
            }
        }
    }

    /** A node whose address changes leaves connections behind, of whose end the server hears nothing. */
    @Test
    void theOldestIdleConnectionOfAMemberMakesRoomForItsNext() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(mesh, held(end), limits(100, 2, 100, 100, 100));
                EventLoops loops = EventLoops.started(1);
                PeerConnections busy = connections(loops, twin);
                PeerConnections idle = connections(loops, twin);
                PeerConnections next = connections(loops, twin);
                PeerStream exchange = hold(busy, peers)) {
            expectAnswer(idle, peers);
            await().ignoreException(IOException.class).until(() -> {
                expectAnswer(next, peers);
                return true;
            });
            end.countDown();
            assertThat(exchange.input().read()).as("the busy one goes on").isEqualTo(-1);
        }
    }

    @Test
    void anIdleConnectionMakesRoomWhenAllMembersTogetherHaveTooMany() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(mesh, held(end), limits(1, 100, 100, 100, 100));
                EventLoops loops = EventLoops.started(1);
                PeerConnections idle = connections(loops, twin)) {
            expectAnswer(idle, peers);
            await().ignoreException(IOException.class).until(() -> {
                try (PeerStream exchange = peers.open("/x")) {
                    return exchange.input().read() == -1;
                }
            });
        }
    }

    private static PeerConnections connections(EventLoops loops, Optional<TlsCredentials> member) throws IOException {
        return new PeerConnections(loops, member);
    }

    @Test
    void boundsTheRequestsOfOneMemberOverAllItsConnections() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(mesh, held(end), limits(100, 100, 100, 100, 3));
                EventLoops loops = EventLoops.started(1);
                PeerConnections first = connections(loops, twin);
                PeerConnections second = connections(loops, twin)) {
            List<PeerStream> open = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                open.add(hold(i % 2 == 0 ? first : second, peers));
            }
            assertThatThrownBy(() -> hold(second, peers)).isInstanceOf(StreamBrokenException.class)
                    .hasMessageContaining("refuses the request for now: 3 requests of this node");
            try (PeerStream exchange = peers.open("/x")) {
                assertThat(exchange.input().read()).as("another member").isEqualTo(-1);
            }
            end.countDown();
            open.forEach(PeerStream::close);
            await().untilAsserted(() -> assertThat(peers.server().requests()).isZero());
            expectAnswer(second, peers);
        }
    }

    /** Names can be taken, keys cannot. */
    @Test
    void aMemberThatTakesAnothersNameTakesNothingFromIt() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(mesh, held(end), limits(100, 1, 100, 100, 1));
                EventLoops loops = EventLoops.started(1);
                PeerConnections first = connections(loops, twin);
                PeerConnections other = connections(loops, Optional.of(TwoPeers.credentials(mesh, "twin")))) {
            hold(first, peers);
            hold(other, peers);
            end.countDown();
        }
    }

    /** The thread of a request that was cancelled can go on for a while. */
    @Test
    void aCancelledRequestCountsUntilItsThreadHasEnded() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(mesh, held(end), limits(100, 100, 100, 100, 2));
                EventLoops loops = EventLoops.started(1);
                PeerConnections member = connections(loops, twin)) {
            hold(member, peers).close();
            hold(member, peers).close();
            assertThatThrownBy(() -> expectAnswer(member, peers)).hasMessageContaining("refuses the request for now");
            end.countDown();
            await().untilAsserted(() -> assertThat(peers.server().requests()).isZero());
            expectAnswer(member, peers);
        }
    }

    @Test
    void oneMemberLeavesRequestsToTheOthers() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TwoPeers peers = new TwoPeers(mesh, held(end), limits(100, 100, 100, 4, 100));
                EventLoops loops = EventLoops.started(1);
                PeerConnections member = connections(loops, twin)) {
            for (int i = 0; i < 3; i++) {
                hold(member, peers);
            }
            assertThatThrownBy(() -> hold(member, peers)).hasMessageContaining("3 requests of this node");
            hold(peers.client(), peers);
            assertThatThrownBy(() -> hold(peers.client(), peers)).hasMessageContaining("4 requests of all nodes");
            end.countDown();
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
        try (TwoPeers peers = new TwoPeers(mesh, slow, limits(100, 100, 3, 100, 100));
                PeerStream first = peers.open("/timed");
                PeerStream second = peers.open("/timed")) {
            assertThat(first.input().read()).isEqualTo(1);
            assertThat(second.input().read()).isEqualTo(1);
            try (PeerStream third = peers.open("/timed"); PeerStream other = peers.open("/x")) {
                assertThatThrownBy(() -> third.input().read()).isInstanceOf(StreamBrokenException.class)
                        .hasMessageContaining("refuses the request for now: 2 requests of this node");
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
        assertThat(few.connections().handshakes() + few.connections().all()).isLessThan(128);
        assertThat(ServerLimits.forDescriptors(1 << 20).connections().handshakes()).isEqualTo(256);
    }
}

package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.embedded.EmbeddedChannel;

import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.rpc.http2.Http2Stream;
import dev.floe.node.rpc.http2.ReverseChannels;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.WireProtocol;

/** A node behind a NAT (hidden) and one that all can connect to (open). */
final class ReverseConnectorTest {
    /** Nobody listens there (RFC 5737). */
    private static final InetSocketAddress HIDDEN = new InetSocketAddress("192.0.2.1", 7421);

    private final MeshKey mesh = MeshKey.create("home");
    private final EventLoops loops = EventLoops.started(2);
    private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    private final PeerConnections users;
    private final PeerServer open;
    private final PeerServer hidden;

    ReverseConnectorTest() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        TlsCredentials credentials = credentials("open");
        users = new PeerConnections(loops, Optional.of(credentials));
        open = new PeerServer(loops, any, credentials, exchange -> exchange.output().close(),
                (_, reason) -> refused.add(reason));
        open.acceptReverse(users);
        open.start();
        hidden = PeerServer.listen(loops, any, credentials("hidden"), exchange -> {
            exchange.output().write((exchange.path() + " for " + exchange.node()).getBytes());
            exchange.output().close();
        }, (_, _) -> {});
    }

    private TlsCredentials credentials(String name) {
        NodeIdentity identity = NodeIdentity.issue(mesh, name);
        return new TlsCredentials(identity.keyManager(), identity.trustManager(), identity.trustManager(),
                new OneAddress());
    }

    /** Knows the address of the hidden node only. */
    private static final class OneAddress implements PeerAdmission {
        @Override
        public boolean isMember(X509Certificate certificate) {
            return true;
        }

        @Override
        public Optional<Door> door() {
            return Optional.empty();
        }

        @Override
        public Optional<InetSocketAddress> address(X509Certificate certificate) {
            return certificate.getSubjectX500Principal().getName().equals("CN=hidden")
                    ? Optional.of(HIDDEN)
                    : Optional.empty();
        }

        @Override
        public void onChange(Runnable check) {
            // It never changes.
        }
    }

    @AfterEach
    void close() {
        users.close();
        hidden.close();
        open.close();
        loops.close();
    }

    private String ask(ConnectionClass lane) throws IOException {
        try (PeerStream stream = users.open(HIDDEN, lane, "/x")) {
            assertThat(stream.node()).isEqualTo("hidden");
            assertThat(stream.protocol()).isEqualTo(WireProtocol.CURRENT);
            return new String(stream.input().readAllBytes());
        }
    }

    private void hold() {
        hidden.reverseConnector().hold(Set.of(open.address()));
        until(() -> users.isReversed(HIDDEN) && hidden.reverseConnector().isHeld(open.address()));
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void requestsGoOverTheConnectionsThatThePeerHasOpened() throws IOException {
        hold();
        for (ConnectionClass lane : ConnectionClass.values()) {
            assertThat(ask(lane)).isEqualTo("/x for open");
        }
    }

    @Test
    void thePeerCountsAsReachedAlthoughNobodyCanConnectToIt() throws IOException {
        users.reachability().failed(HIDDEN, "no answer");
        assertThatThrownBy(() -> ask(ConnectionClass.JOBS)).hasMessageContaining("no answer");
        hold();
        assertThat(users.reachability().reason(HIDDEN)).isEmpty();
        assertThat(ask(ConnectionClass.JOBS)).isEqualTo("/x for open");
    }

    @Test
    void aConnectionThatFailsIsReplacedByOneThatThePeerOpensMeanwhile() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PeerConnections patient = new PeerConnections(loops, Optional.of(credentials("patient")),
                        Duration.ofMinutes(1))) {
            InetSocketAddress peer = (InetSocketAddress) silent.getLocalSocketAddress();
            FutureTask<String> answer = new FutureTask<>(() -> {
                try (PeerStream stream = patient.open(peer, ConnectionClass.JOBS, "/x")) {
                    return stream.node();
                }
            });
            Thread.ofVirtual().start(answer);
            try (Socket _ = silent.accept()) {
                patient.addReverse(peer, reversed("hidden"));
            }
            assertThat(answer.get()).isEqualTo("hidden");
        }
    }

    @Test
    void aTimeoutIsNoOutageWhenThePeerHasOpenedAConnection() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PeerConnections hasty = new PeerConnections(loops, Optional.of(credentials("hasty")),
                        Duration.ofMillis(200))) {
            InetSocketAddress peer = (InetSocketAddress) silent.getLocalSocketAddress();
            FutureTask<String> answer = new FutureTask<>(() -> {
                try (PeerStream stream = hasty.open(peer, ConnectionClass.JOBS, "/x")) {
                    return stream.node();
                }
            });
            Thread.ofVirtual().start(answer);
            Socket unanswered = silent.accept();
            hasty.addReverse(peer, reversed("hidden"));
            try {
                answer.get();
            } catch (ExecutionException e) {
                assertThat(e).hasMessageContaining("no answer"); // the time was up before
            }
            assertThat(hasty.reachability().reason(peer)).isEmpty();
            unanswered.close();
        }
    }

    private static ReverseChannels.ReverseChannel reversed(String name) {
        return new ReverseChannels.ReverseChannel(new EmbeddedChannel(),
                new Http2Stream.PeerIdentity(name, name, WireProtocol.CURRENT));
    }

    @Test
    void connectionsThatAreNotWantedAnyMoreAreClosed() {
        hold();
        hidden.reverseConnector().hold(Set.of());
        until(() -> !users.isReversed(HIDDEN));
    }

    @Test
    void aMemberWhoseAddressIsNotKnownIsRefused() throws Exception {
        PeerServer stranger = PeerServer.listen(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials("other"), exchange -> exchange.output().close(), (_, _) -> {});
        try (stranger) {
            stranger.reverseConnector().hold(Set.of(open.address()));
            assertThat(refused.take()).contains("does not know the address of other");
        }
    }
}

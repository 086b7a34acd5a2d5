package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.WireProtocol;

/** Who is let in at the data plane's port, and who is turned away and counted. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("attack")
final class StrangersTest {
    private final AtomicInteger served = new AtomicInteger();
    private final List<Socket> strangers = new ArrayList<>();
    private TwoPeers peers;

    @BeforeEach
    void listen() throws IOException {
        peers = new TwoPeers(exchange -> {
            served.incrementAndGet();
            exchange.output().close();
        });
    }

    @AfterEach
    void close() throws IOException {
        for (Socket stranger : strangers) {
            stranger.close();
        }
        peers.close();
    }

    @Test
    void letsAMemberIn() throws IOException {
        try (PeerStream exchange = peers.open("/x")) {
            assertThat(exchange.input().read()).isEqualTo(-1);
        }
        assertThat(peers.refused()).isZero();
    }

    @Test
    void refusesAMemberOfAnotherMeshWhoRefusesUsToo() throws IOException {
        try (EventLoops loops = EventLoops.started(1);
                PeerConnections other = new PeerConnections(loops,
                        Optional.of(TwoPeers.credentials(MeshKey.create("home"), "client")))) {
            assertThatThrownBy(() -> {
                try (PeerStream exchange = other.open(peers.server().address(), PeerConnections.ConnectionClass.JOBS,
                        "/x")) {
                    exchange.input().read();
                }
            }).isInstanceOf(IOException.class);
        }
        awaitOneRefusal();
    }

    @Test
    void refusesACertificateOfAnotherMesh() throws Exception {
        NodeIdentity stranger = NodeIdentity.issue(MeshKey.create("home"), "client");
        connect(new KeyManager[]{stranger.keyManager()}, WireProtocol.CURRENT.alpnName());
        awaitOneRefusal();
    }

    @Test
    void refusesWhoShowsNoCertificate() throws Exception {
        connect(new KeyManager[0], WireProtocol.CURRENT.alpnName());
        awaitOneRefusal();
    }

    @Test
    void refusesAMemberThatSpeaksAnotherVersion() throws Exception {
        connect(new KeyManager[]{NodeIdentity.issue(peers.mesh(), "client").keyManager()}, "floe/3");
        awaitOneRefusal();
    }

    @Test
    void refusesAMemberThatNamesNoProtocol() throws Exception {
        connect(new KeyManager[]{NodeIdentity.issue(peers.mesh(), "client").keyManager()});
        awaitOneRefusal();
    }

    @Test
    void refusesPlainTcp() throws IOException {
        Socket plain = plain();
        plain.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        awaitOneRefusal();
        assertThat(plain.getInputStream().readAllBytes()).as("at most an alert").hasSizeLessThan(16);
    }

    @Test
    void countsNoneThatGoesAwayWithoutAWord() throws IOException {
        plain().close();
        plain().getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        await().atMost(Duration.ofMinutes(5)).until(() -> peers.refused() > 0 && peers.server().handshakes() == 0);
        awaitOneRefusal();
    }

    private void awaitOneRefusal() throws IOException {
        await().atMost(Duration.ofMinutes(5)).until(() -> peers.refused() == 1);
        assertThat(served).hasValue(0);
        letsAMemberInStill();
        assertThat(peers.refused()).isEqualTo(1);
    }

    private void letsAMemberInStill() throws IOException {
        try (PeerStream exchange = peers.open("/x")) {
            assertThat(exchange.input().read()).isEqualTo(-1);
        }
        assertThat(served).hasValue(1);
    }

    private Socket plain() throws IOException {
        InetSocketAddress server = peers.server().address();
        Socket socket = new Socket(server.getAddress(), server.getPort());
        strangers.add(socket);
        return socket;
    }

    /** Shakes hands, trusting whoever answers, and asks for something. */
    private void connect(KeyManager[] keys, String... protocols) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, new TrustManager[]{new TrustsAnyone()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain(), "localhost",
                peers.server().address().getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        } catch (IOException e) {
            // refused already while shaking hands
        }
    }

    private static final class TrustsAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

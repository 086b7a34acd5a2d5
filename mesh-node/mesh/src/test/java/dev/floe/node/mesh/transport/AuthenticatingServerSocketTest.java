package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;

@Tag("attack")
final class AuthenticatingServerSocketTest {
    /** A record of TLS: a warning, in plain text. */
    private static final byte[] USER_CANCELED = {21, 3, 3, 0, 2, 1, 90};
    private static final String PROTOCOL = "floe-group/1";
    private static final GroupTimeouts TIMING = new GroupTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1),
            Duration.ofSeconds(1), Duration.ofSeconds(1),
            new GroupTimeouts.MergeInterval(Duration.ofSeconds(1), Duration.ofSeconds(2)), Duration.ofMinutes(5));
    private static final GroupTimeouts IMPATIENT = new GroupTimeouts(TIMING.join(), TIMING.failure(),
            TIMING.heartbeat(), TIMING.verify(),
            new GroupTimeouts.MergeInterval(TIMING.mergeLeast(), TIMING.mergeMost()), Duration.ofMillis(300));

    private final MeshKey mesh = MeshKey.create("home");
    private final RejectedConnections refusals = new RejectedConnections(System::nanoTime);
    private final List<Socket> strangers = new ArrayList<>();
    private ServerSocket server = unopened();

    @BeforeEach
    void open() throws IOException {
        open(TIMING);
    }

    private void open(GroupTimeouts timing) throws IOException {
        server.close();
        server = new TlsSocketFactory(NodeIdentity.issue(mesh, "node"), PROTOCOL, refusals, timing)
                .createServerSocket("test");
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        for (Socket stranger : strangers) {
            stranger.close();
        }
    }

    @Test
    void admitsAMember() throws Exception {
        CompletableFuture<Socket> admitted = accept();
        try (Socket member = connect(sockets(mesh, PROTOCOL, refusals)); Socket inside = admitted.get()) {
            member.getOutputStream().write(42);
            assertThat(inside.getInputStream().read()).isEqualTo(42);
            assertThat(((SSLSocket) inside).getSession().getProtocol()).isEqualTo(NodeIdentity.TLS);
            assertThat(refusals.count()).isZero();
        }
    }

    @Test
    void refusesAMemberOfAnotherMesh() throws Exception {
        CompletableFuture<Socket> admitted = accept();
        assertThatThrownBy(() -> connect(sockets(MeshKey.create("home"), PROTOCOL, refusals)).close())
                .isInstanceOf(IOException.class);
        // It says why and hangs up; if the server was about to say something itself, it learns of the second first.
        await().atMost(Duration.ofMinutes(5)).until(() -> refusals.count() + refusals.aborted() > 0);
        assertThat(refusals.last().map(RejectedConnection::reason).orElse("another mesh")).contains("another mesh");
        assertThat(admitted).isNotDone();
    }

    @Test
    void refusesOneThatTrustsAnyoneButIsOfAnotherMesh() throws Exception {
        CompletableFuture<Socket> admitted = accept();
        connectTrustingAnyone(NodeIdentity.issue(MeshKey.create("home"), "x"));
        awaitRefusal("another mesh");
        assertThat(admitted).isNotDone();
    }

    @Test
    void refusesOneWithoutACertificate() throws Exception {
        CompletableFuture<Socket> admitted = accept();
        connectTrustingAnyone(null);
        awaitRefusal("no certificate");
        assertThat(admitted).isNotDone();
    }

    @Test
    void refusesAnotherVersionOfTheProtocol() throws Exception {
        accept();
        assertThatThrownBy(() -> connect(sockets(mesh, "floe-group/2", refusals)).close())
                .isInstanceOf(IOException.class);
        awaitRefusal("");
    }

    @Test
    void refusesPlainTcp() throws Exception {
        accept();
        Socket plain = plain();
        plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        awaitRefusal("does not speak TLS");
        assertThat(refusals.last().map(RejectedConnection::address)).contains("127.0.0.1:" + plain.getLocalPort());
    }

    @Test
    void whoCancelsItsHandshakeIsNotRefused() throws Exception {
        accept();
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[]{PROTOCOL});
        engine.setSSLParameters(parameters);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        Socket canceler = plain();
        canceler.getOutputStream().write(hello.array(), 0, hello.position());
        assertThat(canceler.getInputStream().read()).isNotNegative();
        canceler.getOutputStream().write(USER_CANCELED);
        await().atMost(Duration.ofMinutes(5)).until(() -> refusals.count() + refusals.aborted() > 0);
        assertThat(refusals.count()).isZero();
    }

    @Test
    void admitsAMemberWhileStrangersSaySilent() throws Exception {
        for (int i = 0; i < AuthenticatingServerSocket.MAX_KNOCKING / 2; i++) {
            plain();
        }
        CompletableFuture<Socket> admitted = accept();
        try (Socket member = connect(sockets(mesh, PROTOCOL, refusals)); Socket inside = admitted.get()) {
            assertThat(inside.isConnected()).isTrue();
        }
    }

    @Test
    void refusesOneThatSaysNothing() throws Exception {
        open(IMPATIENT);
        accept();
        plain();
        awaitRefusal("said nothing");
    }

    @Test
    void turnsAwayTheCrowdAndThenAdmitsAMember() throws Exception {
        open(IMPATIENT);
        CompletableFuture<Socket> admitted = accept();
        for (int i = 0; i < AuthenticatingServerSocket.MAX_KNOCKING * 2; i++) {
            plain();
        }
        await().atMost(Duration.ofMinutes(5))
                .until(() -> refusals.count() >= AuthenticatingServerSocket.MAX_KNOCKING * 2);
        // On a busy machine one handshake may take longer than this server waits.
        await().atMost(Duration.ofMinutes(5)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            connect(sockets(mesh, PROTOCOL, refusals)).close();
            return admitted.isDone();
        });
        admitted.get().close();
    }

    @Test
    void admitsAMemberAtOnceThoughAStrangerHasAllPlaces() throws Exception {
        CompletableFuture<Socket> admitted = accept();
        for (int i = 0; i < AuthenticatingServerSocket.MAX_KNOCKING * 2; i++) {
            plain();
        }
        await().atMost(Duration.ofMinutes(5))
                .until(() -> refusals.count() == AuthenticatingServerSocket.MAX_KNOCKING * 2
                        - AuthenticatingServerSocket.MAX_KNOCKING_OF_HOST);
        assertThat(refusals.last().orElseThrow().reason()).contains("too many");
        try (Socket member = connect(sockets(mesh, PROTOCOL, refusals)); Socket inside = admitted.get()) {
            assertThat(inside.isConnected()).isTrue();
        }
    }

    @Test
    void endsTheWaitWhenItCloses() throws Exception {
        CompletableFuture<Socket> admitted = accept();
        plain();
        server.close();
        assertThatThrownBy(() -> admitted.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(SocketException.class);
    }

    private void awaitRefusal(String reason) {
        await().atMost(Duration.ofMinutes(5)).until(() -> refusals.count() > 0);
        assertThat(refusals.last().map(RejectedConnection::reason).orElse("")).contains(reason);
    }

    private CompletableFuture<Socket> accept() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.accept();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }, task -> Thread.ofVirtual().start(task));
    }

    private Socket plain() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
        strangers.add(socket);
        return socket;
    }

    private Socket connect(TlsSocketFactory sockets) throws IOException {
        SSLSocket socket = (SSLSocket) sockets.createSocket("test");
        strangers.add(socket);
        socket.connect(server.getLocalSocketAddress());
        socket.startHandshake();
        return socket;
    }

    private void connectTrustingAnyone(@Nullable NodeIdentity identity) throws Exception {
        SSLContext context = SSLContext.getInstance(NodeIdentity.TLS);
        context.init(identity == null ? null : new KeyManager[]{new ShowsAnyway(identity)},
                new TrustManager[]{new TrustsAnyone()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(),
                server.getLocalPort());
        strangers.add(socket);
        try {
            socket.startHandshake();
        } catch (SocketException | SSLException e) {
            // In TLS 1.3 a client learns of its refusal at its end of the handshake or later, as it happens.
            assertThat(socket.isClosed()).isTrue();
        }
    }

    private static TlsSocketFactory sockets(MeshKey mesh, String protocol, RejectedConnections refusals) {
        return new TlsSocketFactory(NodeIdentity.issue(mesh, "node"), protocol, refusals, TIMING);
    }

    private static ServerSocket unopened() {
        try {
            return new ServerSocket();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A stranger that would accept any certificate. */
    private static final class TrustsAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type,
                SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type,
                SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** A stranger that shows its certificate although nobody asked for one of its signer. */
    private static final class ShowsAnyway extends X509ExtendedKeyManager {
        private final NodeIdentity identity;

        ShowsAnyway(NodeIdentity identity) {
            this.identity = identity;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[]{"it"};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "it";
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            throw new UnsupportedOperationException("it only connects");
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[]{identity.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.privateKey();
        }
    }
}

package dev.floe.node.mesh.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IdentityTest {
    private final MeshKey mesh = MeshKey.create("home");
    private final Identity a = Identity.issue(mesh, "node-a");

    @Test
    void showsAFreshCertificateThatHoldsAtAnyTime() throws Exception {
        X509Certificate certificate = a.certificate();
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=node-a");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getBasicConstraints()).as("not a CA").isEqualTo(-1);
        certificate.checkValidity(new Date(0));
        certificate.checkValidity(Date.from(Instant.parse("2199-01-01T00:00:00Z")));
        assertThat(Identity.issue(mesh, "node-a").certificate().getSerialNumber())
                .isNotEqualTo(certificate.getSerialNumber());
    }

    @Test
    void trustsWhatItsMeshSignedAndNothingElse() throws Exception {
        Identity b = Identity.issue(mesh, "node-b");
        Identity stranger = Identity.issue(MeshKey.create("home"), "node-b");
        X509Certificate[] ofB = {b.certificate()};
        a.trustManager().checkClientTrusted(ofB, "EC");
        a.trustManager().checkServerTrusted(ofB, "EC");
        X509Certificate[] ofStranger = {stranger.certificate()};
        assertThatThrownBy(() -> a.trustManager().checkClientTrusted(ofStranger, "EC"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> a.trustManager().checkServerTrusted(ofStranger, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void doesNotLetANodeSignForOthers() throws Exception {
        MeshKey nodeAsMesh = new MeshKey("home", (java.security.interfaces.ECPrivateKey) a.privateKey(),
                (java.security.interfaces.ECPublicKey) a.certificate().getPublicKey());
        X509Certificate forged = Certificates.ofNode(new javax.security.auth.x500.X500Principal("CN=forged"),
                a.certificate().getPublicKey(), a.certificate().getSubjectX500Principal(), nodeAsMesh.privateKey());
        assertThatThrownBy(
                () -> a.trustManager().checkClientTrusted(new X509Certificate[]{forged, a.certificate()}, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = {"JDK", "OPENSSL"})
    void shakesHandsThroughNetty(SslProvider provider) throws Exception {
        assertThat(OpenSsl.isAvailable()).as("BoringSSL is on the class path").isTrue();
        Identity stranger = Identity.issue(MeshKey.create("home"), "node-b");
        shakeHands(provider, a, Identity.issue(mesh, "node-b"));
        assertThatThrownBy(() -> shakeHands(provider, a, stranger)).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> shakeHands(provider, stranger, a)).isInstanceOf(SSLException.class);
    }

    @Test
    void refusesOddNames() {
        for (String name : List.of("", "a b", "-a", "ä", "a".repeat(64), "a,O=b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Identity.issue(mesh, name));
        }
    }

    private static void shakeHands(SslProvider provider, Identity server, Identity client) throws Exception {
        SslContext serverContext = SslContextBuilder.forServer(server.privateKey(), server.certificate())
                .sslProvider(provider).trustManager(server.trustManager()).clientAuth(ClientAuth.REQUIRE)
                .protocols(Identity.TLS).build();
        SslContext clientContext = SslContextBuilder.forClient().keyManager(client.privateKey(), client.certificate())
                .sslProvider(provider).trustManager(client.trustManager()).protocols(Identity.TLS)
                .endpointIdentificationAlgorithm(null).build();
        SSLEngine one = serverContext.newEngine(UnpooledByteBufAllocator.DEFAULT);
        SSLEngine other = clientContext.newEngine(UnpooledByteBufAllocator.DEFAULT, "127.0.0.1", 1);
        one.beginHandshake();
        other.beginHandshake();
        for (int i = 0; i < 50; i++) {
            move(other, one);
            move(one, other);
        }
        assertThat(one.getSession().getPeerCertificates()).containsExactly(client.certificate());
        assertThat(other.getSession().getPeerCertificates()).containsExactly(server.certificate());
        assertThat(one.getSession().getProtocol()).isEqualTo(Identity.TLS);
    }

    private static void move(SSLEngine from, SSLEngine to) throws SSLException {
        runTasks(from);
        ByteBuffer wire = ByteBuffer.allocate(from.getSession().getPacketBufferSize());
        if (from.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
            from.wrap(ByteBuffer.allocate(0), wire);
        }
        wire.flip();
        ByteBuffer plain = ByteBuffer.allocate(to.getSession().getApplicationBufferSize());
        while (wire.hasRemaining()) {
            SSLEngineResult result = to.unwrap(wire, plain);
            runTasks(to);
            if (result.bytesConsumed() == 0
                    && result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
                throw new SSLException("the other side has something to say first");
            }
        }
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}

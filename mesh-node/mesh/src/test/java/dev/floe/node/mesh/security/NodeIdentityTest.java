package dev.floe.node.mesh.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;

final class NodeIdentityTest {
    private final MeshKey mesh = MeshKey.create("home");
    private final NodeIdentity a = NodeIdentity.issue(mesh, "node-a");

    @Test
    void showsAFreshCertificateThatHoldsAtAnyTime() throws Exception {
        X509Certificate certificate = a.certificate();
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=node-a");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getBasicConstraints()).as("not a CA").isEqualTo(-1);
        certificate.checkValidity(new Date(0));
        certificate.checkValidity(Date.from(Instant.parse("2199-01-01T00:00:00Z")));
        assertThat(NodeIdentity.issue(mesh, "node-a").certificate().getSerialNumber())
                .isNotEqualTo(certificate.getSerialNumber());
    }

    @Test
    void trustsWhatItsMeshSignedAndNothingElse() throws Exception {
        NodeIdentity b = NodeIdentity.issue(mesh, "node-b");
        NodeIdentity stranger = NodeIdentity.issue(MeshKey.create("home"), "node-b");
        X509Certificate[] ofB = {b.certificate()};
        a.trustManager().checkClientTrusted(ofB, "EC");
        a.trustManager().checkServerTrusted(ofB, "UNKNOWN");
        X509Certificate[] ofStranger = {stranger.certificate()};
        assertThatThrownBy(() -> a.trustManager().checkClientTrusted(ofStranger, "EC"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> a.trustManager().checkServerTrusted(ofStranger, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void doesNotLetANodeSignForOthers() throws Exception {
        MeshKey nodeAsMesh = new MeshKey("home", (ECPrivateKey) a.privateKey(),
                (ECPublicKey) a.certificate().getPublicKey());
        X509Certificate forged = NodeCertificateBuilder.ofNode(new X500Principal("CN=forged"),
                a.certificate().getPublicKey(), a.certificate().getSubjectX500Principal(), nodeAsMesh.privateKey());
        assertThatThrownBy(
                () -> a.trustManager().checkClientTrusted(new X509Certificate[]{forged, a.certificate()}, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = {"JDK", "OPENSSL"})
    void shakesHandsThroughNetty(SslProvider provider) throws Exception {
        assertThat(OpenSsl.isAvailable()).as("BoringSSL is on the class path").isTrue();
        NodeIdentity stranger = NodeIdentity.issue(MeshKey.create("home"), "node-b");
        assertThat(shakeHands(provider, a, NodeIdentity.issue(mesh, "node-b"))).isTrue();
        assertThat(shakeHands(provider, a, stranger)).isFalse();
        assertThat(shakeHands(provider, stranger, a)).isFalse();
    }

    @Test
    void refusesOddNames() {
        for (String name : List.of("", "a b", "-a", "ä", "a".repeat(64), "a,O=b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> NodeIdentity.issue(mesh, name));
        }
    }

    private static boolean shakeHands(SslProvider provider, NodeIdentity server, NodeIdentity client) throws Exception {
        SslContext serverContext = SslContextBuilder.forServer(server.keyManager())
                .sslProvider(provider).trustManager(server.trustManager()).clientAuth(ClientAuth.REQUIRE)
                .protocols(NodeIdentity.TLS).build();
        SslContext clientContext = SslContextBuilder.forClient().keyManager(client.keyManager())
                .sslProvider(provider).trustManager(client.trustManager()).protocols(NodeIdentity.TLS)
                .endpointIdentificationAlgorithm(null).build();
        SslHandler one = serverContext.newHandler(UnpooledByteBufAllocator.DEFAULT);
        SslHandler other = clientContext.newHandler(UnpooledByteBufAllocator.DEFAULT);
        EmbeddedChannel listening = new EmbeddedChannel(one);
        EmbeddedChannel calling = new EmbeddedChannel(other);
        try {
            for (int i = 0; i < 10; i++) {
                move(calling, listening);
                move(listening, calling);
            }
        } catch (DecoderException e) {
            return false;
        }
        return one.handshakeFuture().isSuccess() && other.handshakeFuture().isSuccess()
                && one.engine().getSession().getPeerCertificates()[0].equals(client.certificate())
                && one.engine().getSession().getProtocol().equals(NodeIdentity.TLS);
    }

    private static void move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
        }
    }
}

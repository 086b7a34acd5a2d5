package dev.floe.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.WireProtocol;

/** Which version two peers speak, if one of them is a JDK socket that stands for another release. */
final class VersionNegotiationTest {
    private final MeshKey mesh = MeshKey.create("home");

    @ParameterizedTest
    @CsvSource({"floe/1, floe/1", "floe/2 floe/1, floe/2", "floe/1 floe/2, floe/2", "floe/3 floe/2, floe/2"})
    void theServerTakesTheNewestThatBothKnow(String offered, String taken) throws Exception {
        try (TwoPeers peers = new TwoPeers(exchange -> exchange.output().close())) {
            SSLContext context = NodeIdentity.issue(peers.mesh(), "client").sslContext();
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(peers.server().address().getAddress(), peers.server().address().getPort())) {
                speak(socket, offered.split(" "));
                socket.startHandshake();
                assertThat(socket.getApplicationProtocol()).isEqualTo(taken);
            }
            assertThat(peers.refused()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"floe/1, floe/1", "floe/2 floe/1, floe/2", "floe/3 floe/2, floe/2"})
    void theClientTakesTheNewestThatBothKnow(String accepted, String taken) throws Exception {
        assertThat(dial(accepted)).isEqualTo(taken);
    }

    @Test
    void theClientDoesNotSpeakToAServerOfAnUnknownVersion() {
        assertThatThrownBy(() -> dial("floe/3")).isInstanceOf(IOException.class).hasMessageStartingWith("cannot reach");
    }

    @Test
    void twoPeersOfThisReleaseSpeakTheCurrentVersion() throws IOException {
        CompletableFuture<WireProtocol> served = new CompletableFuture<>();
        try (TwoPeers peers = new TwoPeers(exchange -> {
            served.complete(exchange.protocol());
            exchange.output().close();
        }); PeerStream stream = peers.open("/x")) {
            assertThat(stream.protocol()).isEqualTo(WireProtocol.CURRENT);
            assertThat(served.join()).isEqualTo(WireProtocol.CURRENT);
        }
    }

    /** What a server that knows these versions ends the handshake with when this release dials it. */
    private String dial(String accepted) throws Exception {
        SSLContext context = NodeIdentity.issue(mesh, "server").sslContext();
        try (SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1,
                InetAddress.getLoopbackAddress());
                EventLoops loops = EventLoops.started(1);
                PeerConnections client = new PeerConnections(loops,
                        Optional.of(TwoPeers.credentials(mesh, "client")))) {
            CompletableFuture<String> negotiated = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    speak(socket, accepted.split(" "));
                    socket.startHandshake();
                    negotiated.complete(socket.getApplicationProtocol());
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream()); // until the client closes
                } catch (IOException e) {
                    negotiated.completeExceptionally(e);
                }
            });
            InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            try (PeerStream stream = client.open(address, PeerConnections.ConnectionClass.JOBS, "/x")) {
                assertThat(stream.protocol().alpnName()).isEqualTo(negotiated.join());
            }
            return negotiated.join();
        }
    }

    private static void speak(SSLSocket socket, String... names) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(names);
        parameters.setNeedClientAuth(true);
        socket.setSSLParameters(parameters);
    }
}

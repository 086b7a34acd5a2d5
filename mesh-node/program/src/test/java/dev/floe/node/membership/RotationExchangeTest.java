package dev.floe.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.membership.MemberTls;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerAdmission;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.TlsCredentials;
import dev.floe.node.rpc.stream.PeerStream;

/** One member asks another, over the data plane. */
@SuppressWarnings("NullAway.Init") // JUnit calls start
final class RotationExchangeTest {
    private final MeshKey key = MeshKey.create("home");
    private final MeshTrust here = member("here");
    private final MeshTrust there = member("there");
    private final EventLoops loops = EventLoops.started(1);
    private final AtomicInteger asked = new AtomicInteger();
    private PeerConnections connections;
    private PeerServer server;
    private RotationExchange client;
    private PeerServer.Service service;

    private MeshTrust member(String name) {
        return MeshTrust.of(new JoinToken(key, List.of()), NodeKey.create(), name, InstantSource.system());
    }

    private static TlsCredentials credentials(MeshTrust trust) {
        MemberTls tls = new MemberTls(trust);
        return new TlsCredentials(tls.keyManager(), tls.trustManager(false), tls.trustManager(false),
                PeerAdmission.HANDSHAKE);
    }

    @BeforeEach
    void start() throws IOException {
        connections = new PeerConnections(loops, Optional.of(credentials(here)));
        RotationExchange serving = new RotationExchange(there, connections, asked::incrementAndGet);
        service = exchange -> {
            if (exchange.path().equals(RotationExchange.PATH)) {
                serving.serve(exchange);
            } else {
                serving.serveMembers(exchange);
            }
        };
        server = PeerServer.listen(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials(there), exchange -> service.serve(exchange), (_, _) -> {});
        client = new RotationExchange(here, connections, () -> {});
        for (MeshTrust one : List.of(here, there)) {
            one.addMembers(Map.of(here.nodeKey().id(), "here", there.nodeKey().id(), "there"));
        }
    }

    @AfterEach
    void stop() {
        connections.close();
        server.close();
        loops.close();
    }

    private NodeInfo node() {
        return new NodeInfo(StateVersion.NONE, new NodeId(1, 2), "there", "127.0.0.1", server.address().getPort(),
                new MachineInfo("x86_64", 4, 1, 1 << 30, List.of()), new NodeCapabilities(4, true, "", List.of(), 0),
                "0.2.0", 2, 0, List.of());
    }

    @Test
    void aMemberFollowsTheRotationThatItIsSent() {
        assertThat(client.push(here.rotate(Set.of(), Map.of()), List.of(node()))).isEmpty();
        assertThat(there.key().id()).isEqualTo(here.key().id());
    }

    @Test
    void aMemberThatHasMissedOneAsksForIt() {
        assertThat(client.ask(List.of(node()))).as("they are connected").isNotEmpty();
        here.rotate(Set.of(), Map.of());
        assertThat(client.push(here.rotate(Set.of(), Map.of()), List.of(node()))).containsOnlyKeys("there");
        assertThat(asked).hasValue(1);
    }

    @Test
    void membersThatAnotherKnowsAreLearned() {
        NodeKey away = NodeKey.create();
        there.addMembers(Map.of(away.id(), "away"));
        assertThat(client.ask(List.of(node()))).containsEntry(away.id(), "away").hasSize(3);
    }

    @Test
    void aListThatIsTooLongOrHasNoKeysIsRefused() {
        service = exchange -> send(exchange, Integer.MAX_VALUE, "x");
        assertThat(client.ask(List.of(node()))).isEmpty();
        service = exchange -> send(exchange, 1, "no-key");
        assertThat(client.ask(List.of(node()))).isEmpty();
    }

    private static void send(PeerStream exchange, int count, String key) throws IOException {
        try (DataOutputStream out = new DataOutputStream(exchange.output())) {
            out.writeInt(count);
            out.writeUTF(key);
            out.writeUTF("name");
        }
    }
}

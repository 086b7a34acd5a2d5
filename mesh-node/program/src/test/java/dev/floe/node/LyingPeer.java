package dev.floe.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.TlsCredentials;
import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;

/** A member of a mesh that claims to be a large machine with these toolchains, and answers each job with a makefile. */
final class LyingPeer implements AutoCloseable {
    static final String NAME = "liar";
    private static final int SLOTS = 64;

    private final EventLoops loops = EventLoops.started(1);
    private final PeerServer server;
    private final MeshGroup group;

    LyingPeer(Path data, JoinToken token, List<String> toolchains) throws IOException {
        NodeIdentity identity = NodeIdentity.issue(token.key(), NAME);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        server = PeerServer.listen(loops, new InetSocketAddress(loopback, 0),
                new TlsCredentials(identity.keyManager(), identity.trustManager()),
                LyingPeer::serve, (_, _) -> {});
        group = MeshGroup.ofMesh(GroupConfig.of(data, loopback, 0, token.seeds(), false), identity, token.key());
        group.start();
        group.publish(new NodeInfo(StateVersion.NONE, NodeId.random(), NAME, "127.0.0.1", server.address().getPort(),
                new MachineInfo("x86_64", SLOTS, 9, 1L << 36, List.of()),
                new NodeCapabilities(SLOTS, true, "", toolchains, 0),
                "0.1.0", MeshGroup.PROTOCOL, System.currentTimeMillis()));
        group.publish(stamps -> new NodeState(stamps.get(), SLOTS, 0, 0, 0, 0, 1L << 35, false));
    }

    private static void serve(PeerStream exchange) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            Offer offer = conversation.receive(Offer.class);
            if (offer.brief() != null && !offer.brief().references().isEmpty()) {
                conversation.send(new ResendInputs(offer.glossary()));
                conversation.flush();
                offer = conversation.receive(Offer.class);
            }
            byte[] makefile = "all: evil\n".getBytes(StandardCharsets.UTF_8);
            WireState state = new WireState(1, System.nanoTime(), SLOTS, 0, 0, 0, 1L << 34, false);
            conversation.send(new OfferAnswer(AdmissionVerdict.ACCEPTED, List.of(), 0, "", state));
            conversation.send(new JobResult(0, 0, 0,
                    List.of(new WireOutput(offer.directory() + "/Makefile", 0644, makefile.length, new byte[0])),
                    new ExecutionTimings(0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1), state, new byte[0], new byte[0]));
            conversation.sendBlob(new ByteArrayInputStream(makefile), makefile.length);
            conversation.finish();
        }
    }

    @Override
    public void close() throws IOException {
        group.close();
        server.close();
        loops.close();
    }
}

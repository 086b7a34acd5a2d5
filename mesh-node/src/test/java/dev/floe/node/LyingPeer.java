package dev.floe.node;

import dev.floe.node.mesh.Group;
import dev.floe.node.mesh.GroupSettings;
import dev.floe.node.mesh.state.Machine;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Offering;
import dev.floe.node.mesh.state.Stamp;
import dev.floe.node.mesh.trust.Identity;
import dev.floe.node.mesh.trust.Token;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Credentials;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.Effort;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.Outcome;
import dev.floe.node.wire.JobMessage.TellAll;
import dev.floe.node.wire.JobMessage.Verdict;
import dev.floe.node.wire.JobMessage.WireOutput;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.node.wire.Loops;
import dev.floe.node.wire.PeerServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** A member of a mesh that claims to be a large machine with these toolchains, and answers each job with a makefile. */
final class LyingPeer implements AutoCloseable {
    static final String NAME = "liar";
    private static final int SLOTS = 64;

    private final Loops loops = new Loops(1);
    private final PeerServer server;
    private final Group group;

    LyingPeer(Path data, Token token, List<String> toolchains) throws IOException {
        Identity identity = Identity.issue(token.key(), NAME);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        server = PeerServer.listen(loops, new InetSocketAddress(loopback, 0),
                new Credentials(identity.privateKey(), List.of(identity.certificate()), identity.trustManager()),
                LyingPeer::serve, (_, _) -> {});
        group = Group.join(GroupSettings.of(data, loopback, 0, token.seeds(), false), identity, token.key());
        group.publish(new NodeInfo(Stamp.NONE, NodeId.random(), NAME, "127.0.0.1", server.address().getPort(),
                new Machine("x86_64", SLOTS, 9, 1L << 36, List.of()), new Offering(SLOTS, true, "", toolchains, 0),
                "0.1.0", Group.PROTOCOL, System.currentTimeMillis()));
        group.publish(stamps -> new NodeState(stamps.get(), SLOTS, 0, 0, 0, 0, 1L << 35, false));
    }

    private static void serve(Exchange exchange) throws IOException {
        try (Conversation conversation = new Conversation(exchange)) {
            Offer offer = conversation.receive(Offer.class);
            if (offer.brief() != null && !offer.brief().references().isEmpty()) {
                conversation.send(new TellAll(offer.glossary()));
                conversation.flush();
                offer = conversation.receive(Offer.class);
            }
            byte[] makefile = "all: evil\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            WireState state = new WireState(1, System.nanoTime(), SLOTS, 0, 0, 0, 1L << 34, false);
            conversation.send(new Answer(Verdict.ACCEPTED, List.of(), 0, "", state));
            conversation.send(new Outcome(0, 0, 0,
                    List.of(new WireOutput(offer.directory() + "/Makefile", 0644, makefile.length, new byte[0])),
                    new Effort(0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1), state, new byte[0], new byte[0]));
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

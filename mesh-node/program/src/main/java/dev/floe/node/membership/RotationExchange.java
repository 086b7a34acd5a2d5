package dev.floe.node.membership;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.NodeNames;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.FailureText;

/**
 * The requests of members about membership: one sends a rotation, or asks who is known as a member. Thread-safe.
 *
 * <p>A node that has just joined knows only those members that are present. It asks the others before it rotates the
 * key, because a member that is away and not among those of the rotation must join again.
 */
public final class RotationExchange {
    /** Where peers send rotations. */
    public static final String PATH = "/rotation";
    /** Where peers ask for the members. */
    public static final String MEMBERS_PATH = "/members";

    private static final Logger LOG = LogManager.getLogger(RotationExchange.class);
    private static final Duration PUSH = Duration.ofSeconds(3);
    private static final Duration ASK = Duration.ofSeconds(1);

    private final MeshTrust trust;
    private final PeerConnections connections;
    private final Runnable catchUp;

    /** @param catchUp asks for rotations that this node has missed; must not block */
    RotationExchange(MeshTrust trust, PeerConnections connections, Runnable catchUp) {
        this.trust = trust;
        this.connections = connections;
        this.catchUp = catchUp;
    }

    /** Sends a rotation to nodes, and waits a moment for them. @return what went wrong, by the names of nodes */
    Map<String, String> push(byte[] rotation, Collection<NodeInfo> nodes) {
        Map<String, String> failures = new ConcurrentHashMap<>();
        nodes.forEach(node -> failures.put(node.name(), "no answer yet"));
        each(nodes, PUSH, node -> {
            try {
                send(rotation, node);
                failures.remove(node.name());
            } catch (IOException e) {
                failures.put(node.name(), FailureText.of(e));
                LOG.warn("node={} has not confirmed the new key of the mesh: {}; it will ask a member for the key",
                        node.name(), FailureText.of(e));
            }
        });
        return new TreeMap<>(failures);
    }

    /** The names of the members that nodes know, by the ids of their keys. */
    Map<String, String> ask(Collection<NodeInfo> nodes) {
        Map<String, String> members = new ConcurrentHashMap<>();
        each(nodes, ASK, node -> {
            try (PeerStream stream = open(node, MEMBERS_PATH)) {
                stream.output().close();
                read(new DataInputStream(stream.input())).forEach(members::putIfAbsent);
            } catch (IOException e) {
                LOG.debug("not asked for members node={} reason=\"{}\"", node.name(), FailureText.of(e));
            }
        });
        return Map.copyOf(members);
    }

    /** Does something with each, at the same time, and waits for all, or a moment. */
    private static void each(Collection<NodeInfo> nodes, Duration patience, Consumer<NodeInfo> task) {
        CountDownLatch left = new CountDownLatch(nodes.size());
        for (NodeInfo node : nodes) {
            Thread.ofVirtual().name("floe-members-" + node.name()).start(() -> {
                try {
                    task.accept(node);
                } finally {
                    left.countDown();
                }
            });
        }
        try {
            if (!left.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("{} members have not answered yet", left.getCount());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private PeerStream open(NodeInfo node, String path) throws IOException {
        return connections.open(new InetSocketAddress(node.host(), node.dataPort()),
                PeerConnections.ConnectionClass.JOBS, path);
    }

    private void send(byte[] rotation, NodeInfo node) throws IOException {
        try (PeerStream stream = open(node, PATH)) {
            DataOutputStream out = new DataOutputStream(stream.output());
            out.writeInt(rotation.length);
            out.write(rotation);
            stream.output().close();
            new DataInputStream(stream.input()).readByte();
        }
    }

    /** Takes a rotation that a peer has made. */
    public void serve(PeerStream exchange) throws IOException {
        DataInputStream in = new DataInputStream(exchange.input());
        int length = in.readInt();
        if (length < 0 || length > KeyRotation.MAX_BYTES) {
            throw new IOException(exchange.peer() + ": a rotation of " + length + " bytes is refused");
        }
        try {
            trust.apply(in.readNBytes(length));
        } catch (IOException e) {
            catchUp.run(); // it may follow from one that this node has missed
            throw e;
        }
        exchange.output().write(1);
        exchange.output().close();
    }

    /** Tells a peer who is known as a member. */
    public void serveMembers(PeerStream exchange) throws IOException {
        Map<String, String> members = trust.members();
        DataOutputStream out = new DataOutputStream(exchange.output());
        out.writeInt(members.size());
        for (Map.Entry<String, String> member : members.entrySet()) {
            out.writeUTF(member.getKey());
            out.writeUTF(member.getValue());
        }
        out.close();
    }

    private static Map<String, String> read(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > KeyRotation.MAX_MEMBERS) {
            throw new IOException("a list of " + count + " members");
        }
        Map<String, String> members = new TreeMap<>();
        for (int left = count; left > 0; left--) {
            String node = in.readUTF();
            String name = in.readUTF();
            if (NodeKey.isId(node) && NodeNames.isName(name)) {
                members.put(node, name);
            }
        }
        return members;
    }
}

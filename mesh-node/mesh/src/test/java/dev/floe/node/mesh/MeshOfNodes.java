package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.NodeStateSource;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.mesh.transport.GroupTimeouts;
import dev.floe.placement.GossipInterval;

/** Real nodes of one mesh in this process, over TLS on loopback, with short waits. */
public final class MeshOfNodes implements AutoCloseable {
    static final GroupTimeouts SHORT = new GroupTimeouts(Duration.ofMillis(500), Duration.ofMillis(1200),
            Duration.ofMillis(200), Duration.ofMillis(200),
            new GroupTimeouts.MergeInterval(Duration.ofMillis(300), Duration.ofMillis(900)), Duration.ofMillis(500));
    static final GossipInterval QUICK_GAP = new GossipInterval(Duration.ofMillis(20), Duration.ZERO, Duration.ZERO,
            Duration.ofMillis(1));
    static final PublishIntervals QUICK = new PublishIntervals(QUICK_GAP, Duration.ofMillis(250),
            Duration.ofMillis(50));

    private final Path dir;
    private final MeshKey key;
    private final PublishIntervals pace;
    private final Map<String, MeshGroup> groups = new ConcurrentSkipListMap<>();

    public MeshOfNodes(Path dir, String... names) throws IOException {
        this(dir, MeshKey.create("home"), names);
    }

    MeshOfNodes(Path dir, MeshKey key, String... names) throws IOException {
        this(dir, key, QUICK, names);
    }

    MeshOfNodes(Path dir, MeshKey key, PublishIntervals pace, String... names) throws IOException {
        this.dir = dir;
        this.key = key;
        this.pace = pace;
        for (String name : names) {
            add(name);
        }
    }

    public MeshKey key() {
        return key;
    }

    /** Starts a node that knows where all others are. */
    MeshGroup add(String name) throws IOException {
        return add(name, key, seeds());
    }

    MeshGroup add(String name, MeshKey itsKey, List<HostPort> seeds) throws IOException {
        return add(name, itsKey, seeds, info(name));
    }

    /** Starts a node that knows where all others are and says this of itself. */
    public MeshGroup add(String name, NodeInfo info) throws IOException {
        return add(name, key, seeds(), info);
    }

    private MeshGroup add(String name, MeshKey itsKey, List<HostPort> seeds, NodeInfo info) throws IOException {
        return add(name, settings(name, seeds, pace), itsKey, info);
    }

    /** Starts a node with its own port and timeouts, beside others that start. */
    MeshGroup add(String name, GroupConfig settings) throws IOException {
        return add(name, settings, key, info(name));
    }

    private MeshGroup add(String name, GroupConfig settings, MeshKey itsKey, NodeInfo info) throws IOException {
        return start(name, MeshGroup.ofMesh(settings, NodeIdentity.issue(itsKey, name), itsKey), info);
    }

    /** Starts a node whose mesh may get another key. */
    MeshGroup add(String name, GroupConfig settings, MeshTrust trust) throws IOException {
        return start(name, MeshGroup.ofMesh(settings, trust), trust.prove(info(name)));
    }

    private MeshGroup start(String name, MeshGroup group, NodeInfo info) throws IOException {
        group.start();
        groups.put(name, group);
        group.publish(info);
        group.publish(doing(4));
        return group;
    }

    GroupConfig settings(String name, List<HostPort> seeds, PublishIntervals itsPace) {
        return new GroupConfig(dir.resolve(name), InetAddress.getLoopbackAddress(), 0,
                new GroupConfig.PeerSearch(seeds, false), SHORT, itsPace);
    }

    public MeshGroup get(String name) {
        MeshGroup group = groups.get(name);
        if (group == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        return group;
    }

    List<HostPort> seeds() {
        List<HostPort> seeds = new ArrayList<>();
        for (MeshGroup group : groups.values()) {
            InetSocketAddress address = group.address().orElseThrow();
            seeds.add(new HostPort(address.getAddress().getHostAddress(), address.getPort()));
        }
        return seeds;
    }

    /** Waits until each of these nodes sees exactly these, with info and state. */
    public void awaitAllSee(String... names) {
        for (String name : names) {
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(20))
                    .untilAsserted(
                            () -> assertThat(seenBy(name)).as("seen by %s, in %s", name, view(name))
                                    .containsExactlyInAnyOrder(names));
        }
    }

    private String view(String name) {
        return get(name).channel().map(JChannel::getViewAsString).orElse("no group");
    }

    /** The names of the nodes that one sees with info and state. */
    List<String> seenBy(String name) {
        return get(name).roster().peers().stream().filter(peer -> peer.state().isPresent())
                .map(peer -> peer.info().name()).toList();
    }

    /** What one node sees of another. */
    Peer peer(String of, String by) {
        return get(by).roster().peers().stream().filter(peer -> peer.info().name().equals(of)).findFirst()
                .orElseThrow();
    }

    /** Cuts a node off: it neither hears nor is heard, as if its cable was pulled. */
    public void cutOff(String name) throws Exception {
        stack(name).insertProtocol(new DISCARD().discardAll(true), ProtocolStack.Position.ABOVE, TP.class);
    }

    /** Loses the first request of another node to merge, as if this one had been too slow to answer. */
    void loseFirstMerge(String name) throws Exception {
        short membership = ClassConfigurator.getProtocolId(GMS.class);
        AtomicBoolean lost = new AtomicBoolean();
        stack(name).insertProtocol(new Protocol() {
            @Override
            public @Nullable Object up(Message message) {
                return message.getHeader(membership) instanceof GMS.GmsHeader header
                        && header.getType() == GMS.GmsHeader.MERGE_REQ && lost.compareAndSet(false, true)
                                ? null
                                : up_prot.up(message);
            }
        }, ProtocolStack.Position.BELOW, GMS.class);
    }

    public void reconnect(String name) {
        stack(name).removeProtocol(DISCARD.class);
    }

    /** Ends a node without a word to the others. */
    public void kill(String name) throws Exception {
        cutOff(name);
        ((TCP) stack(name).getTransport()).clearConnections(false);
        close(name);
    }

    public void close(String name) {
        get(name).close();
        groups.remove(name);
    }

    private ProtocolStack stack(String name) {
        return get(name).channel().orElseThrow(() -> new IllegalArgumentException(name + " has no channel"))
                .getProtocolStack();
    }

    public static NodeInfo info(String name) {
        return new NodeInfo(StateVersion.NONE, NodeId.random(), name, "127.0.0.1", 7080,
                new MachineInfo("x86_64", 8, 1.5, 1L << 34, List.of()),
                new NodeCapabilities(8, true, "", List.of("ab12"), 1L << 30), "0.1.0", 1, 1_760_000_000_000L);
    }

    static NodeStateSource doing(int free) {
        return numbers -> state(free).at(numbers.get());
    }

    static NodeState state(int free) {
        return new NodeState(StateVersion.NONE, free, 8 - free, 0, 0, 0.25, 1L << 33, false);
    }

    @Override
    public void close() {
        groups.values().forEach(MeshGroup::close);
    }
}

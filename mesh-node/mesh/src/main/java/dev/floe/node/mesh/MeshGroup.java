package dev.floe.node.mesh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.infinispan.commons.CacheException;
import org.infinispan.commons.TimeoutException;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.mesh.membership.InvitationBook;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.NodeStateSource;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.mesh.transport.ChannelConfig;
import dev.floe.node.mesh.transport.ChannelConfigurator;
import dev.floe.node.mesh.transport.FailedJoinAttempts;
import dev.floe.node.mesh.transport.RejectedConnections;
import dev.floe.store.FailureText;

/**
 * This node's membership of its mesh: who is in it, what each says of itself, and what this node says. Thread-safe.
 *
 * <p>One thread, the {@link StateSynchronizer}, writes what this node says and reads what others say; all else hands it
 * work.
 */
public final class MeshGroup implements AutoCloseable {
    /** What nodes of one group must agree on; raised when they could no longer understand each other. */
    public static final int PROTOCOL = 1;
    /** Groups that become one do so within seconds, and each start takes as long as a join. */
    private static final int MAX_STARTS = 5;
    private static final Logger LOG = LogManager.getLogger(MeshGroup.class);

    private final SharedMaps sharedMaps;
    private final GroupConfig settings;
    private final @Nullable ChannelConfigurator link; // null for a mesh of this node alone
    private final MemberAddresses addresses;
    private final RejectedConnections refusals;
    private final FailedJoinAttempts attempts;
    private final LongSupplier nanoClock;
    private final StateSynchronizer synchronizer;
    private final ResultIndex results;
    private final InvitationBook invitations;
    private volatile boolean searchesLan; // set by start
    private final KnownPeerFile known;

    /** The membership of the mesh of a key, which the node joins at the start. */
    public static MeshGroup ofMesh(GroupConfig settings, NodeIdentity identity, MeshKey mesh) {
        return ofMesh(settings, identity, mesh, System::nanoTime);
    }

    /** The same with another monotonic clock, in nanoseconds. */
    static MeshGroup ofMesh(GroupConfig settings, NodeIdentity identity, MeshKey mesh, LongSupplier nanoClock) {
        return ofMesh(settings, MeshTrust.of(new JoinToken(mesh, List.of()), NodeKey.create(), identity.nodeName(),
                InstantSource.system()), nanoClock);
    }

    /** The membership of a mesh whose key may change. */
    public static MeshGroup ofMesh(GroupConfig settings, MeshTrust trust) {
        return ofMesh(settings, trust, System::nanoTime);
    }

    private static MeshGroup ofMesh(GroupConfig settings, MeshTrust trust, LongSupplier nanoClock) {
        String meshId = trust.token().meshId();
        KnownPeerFile known = new KnownPeerFile(settings.dataDir(), meshId, settings.seeds());
        RejectedConnections refusals = new RejectedConnections(nanoClock);
        FailedJoinAttempts attempts = new FailedJoinAttempts();
        ChannelConfigurator link = new ChannelConfigurator(
                new ChannelConfig(settings.address(), settings.port(), settings.multicast(),
                        "floe-group/" + PROTOCOL, settings.timing()),
                trust, known, refusals, attempts);
        return new MeshGroup(settings, new PeerHistory(known, refusals, attempts), nanoClock,
                new GroupNetwork(link, trust.nodeName(), meshId));
    }

    /** A mesh of this node alone: the same in all, without a network. */
    public static MeshGroup alone(GroupConfig settings) {
        KnownPeerFile nobody = new KnownPeerFile(settings.dataDir(), "none", List.of());
        PeerHistory history = new PeerHistory(nobody, new RejectedConnections(System::nanoTime),
                new FailedJoinAttempts());
        return new MeshGroup(settings, history, System::nanoTime, new GroupNetwork(null, "", ""));
    }

    /** The peers met before, those that were turned away, and those that could not be reached. */
    private record PeerHistory(KnownPeerFile known, RejectedConnections refusals, FailedJoinAttempts attempts) {}

    /** How the group is reached, null for a mesh of this node alone; and the names of the node and of its mesh. */
    private record GroupNetwork(@Nullable ChannelConfigurator link, String nodeName, String meshId) {}

    private MeshGroup(GroupConfig settings, PeerHistory history, LongSupplier nanoClock, GroupNetwork network) {
        this.settings = settings;
        this.link = network.link();
        this.addresses = new MemberAddresses(link);
        this.known = history.known();
        this.refusals = history.refusals();
        this.attempts = history.attempts();
        this.nanoClock = nanoClock;
        synchronizer = new StateSynchronizer(settings.pace(), nanoClock,
                settings.timing().failure().multipliedBy(4), () -> known.remember(addresses.others()));
        synchronizer.onChange(new MembershipLog());
        sharedMaps = link == null
                ? SharedMaps.alone(synchronizer)
                : SharedMaps.ofGroup(link, "floe/" + PROTOCOL + "/" + network.meshId(), network.nodeName(),
                        synchronizer);
        if (link != null) {
            link.dialsOut(sharedMaps::dialsOut);
            link.expectsAllHeartbeats(sharedMaps::expectsAllHeartbeats);
            link.nodeKeys(sharedMaps::nodeKey);
        }
        results = new ResultIndex(sharedMaps, synchronizer::roster, nanoClock);
        invitations = new InvitationBook(sharedMaps::invitations, InstantSource.system());
    }

    /**
     * Joins the mesh, or begins it if nobody answers; then continues to search. Nothing is published about this node
     * before {@link #publish(NodeInfo)}.
     *
     * @throws IOException if the address or port cannot be used
     */
    public void start() throws IOException {
        synchronizer.begin(EpochFile.next(settings.dataDir()));
        if (link != null) {
            searchesLan = settings.multicast() && ChannelConfigurator.canMulticast(settings.address());
        }
        try {
            startUntilDone(this::startOnce);
        } catch (CacheException e) {
            throw notStarted(e, AddressText.of(settings.address().getHostAddress(), settings.port()));
        }
        synchronizer.start(sharedMaps);
    }

    private void startOnce() throws IOException {
        if (link != null) {
            link.build();
        }
        sharedMaps.start();
    }

    /** What joins the group. */
    @FunctionalInterface
    interface Start {
        void run() throws IOException;
    }

    /** Starts again if the group became one with another in the middle of the start. */
    static void startUntilDone(Start start) throws IOException {
        for (int left = MAX_STARTS; left > 0; left--) {
            try {
                start.run();
                return;
            } catch (CacheException e) {
                if (left == 1 || !SharedMaps.wasOvertaken(e)) {
                    throw e;
                }
                LOG.info("joins the mesh again, which changed while this node joined: {}", FailureText.of(e));
            }
        }
    }

    /**
     * Says what this node is, from now on.
     *
     * @throws IllegalArgumentException if a value is out of its bounds
     */
    public void publish(NodeInfo info) {
        if (!info.isSound()) {
            throw new IllegalArgumentException("a value is out of bounds: " + info);
        }
        synchronizer.publish(info);
    }

    /**
     * Says what this node is doing. To be called at each change; the others hear of those that matter, at a bounded
     * pace, and then of what it is doing at that time.
     *
     * @throws IllegalArgumentException if a value is out of its bounds
     */
    public void publish(NodeStateSource source) {
        NodeState state = source.snapshot(() -> StateVersion.NONE);
        if (!state.isSound()) {
            throw new IllegalArgumentException("a value is out of bounds: " + state);
        }
        synchronizer.publish(state, source);
    }

    /** Lets a member to which others can connect coordinate the group, if this node does; may block for seconds. */
    public void handOverCoordination() {
        if (link != null) {
            link.handOverCoordination();
        }
    }

    /** The next stamp of this node, for a state that goes to a peer by another way than the group. */
    public StateVersion nextStamp() {
        return synchronizer.nextStamp();
    }

    /** The nodes of the mesh that have said what they are, this one among them. */
    public Roster roster() {
        return synchronizer.roster();
    }

    /** Calls {@code listener} with each new roster, one at a time, on the group's thread; it must be quick. */
    public void onChange(Consumer<Roster> listener) {
        synchronizer.onChange(listener);
    }

    /** The addresses of members that this node has not heard lately, although they are in the group. */
    public Set<InetSocketAddress> silentMembers() {
        return addresses.silent();
    }

    /** Who holds which result. */
    public ResultIndex results() {
        return results;
    }

    /** How this node's membership stands. */
    public GroupStatus status() {
        return new GroupStatus(sharedMaps.members().size(), !known.isEmpty() || searchesLan,
                Duration.ofNanos(nanoClock.getAsLong() - synchronizer.membersSince()), attempts.failures(),
                new GroupStatus.Strangers(refusals.count(), refusals.aborted(), refusals.last().orElse(null)),
                synchronizer.duplicateNodeId().orElse(null));
    }

    /** The name of the node that coordinates the group; empty if it has not said what it is. */
    public Optional<String> coordinator() {
        return Optional.ofNullable(sharedMaps.info(sharedMaps.members().getFirst())).map(NodeInfo::name);
    }

    /** Addresses from which nodes of other meshes have searched the LAN lately; not proven. */
    public Set<String> otherMeshes() {
        return link == null ? Set.of() : link.otherMeshes().recent();
    }

    /** The seeds whose names have no address, with the reason. May take as long as the system's resolver. */
    public Map<String, String> unresolved() {
        Map<String, String> failures = new TreeMap<>();
        for (HostPort seed : settings.seeds()) {
            try {
                InetAddress.getByName(seed.host());
            } catch (UnknownHostException _) {
                failures.put(seed.host(), "the resolver does not know it");
            }
        }
        return failures;
    }

    /** Where this node listens for its group; empty for a mesh of itself. */
    Optional<InetSocketAddress> address() {
        return addresses.own();
    }

    /** Counts those who are turned away; for the other ports of this node too. */
    public RejectedConnections refusals() {
        return refusals;
    }

    /** Leaves the mesh. */
    @Override
    public void close() {
        synchronizer.close();
        sharedMaps.close();
    }

    /** The invitations into this mesh. */
    public InvitationBook invitations() {
        return invitations;
    }

    /** Addresses at which members may be found, of their group ports. */
    public List<HostPort> knownPeers() {
        return List.copyOf(known.get());
    }

    /** The map of the nodes, for more caches beside it. */
    SharedMaps sharedMaps() {
        return sharedMaps;
    }

    /** Empty for a mesh of this node alone, and before the start. */
    Optional<JChannel> channel() {
        return addresses.channel();
    }

    /** @param port that of the group, at which this node listens */
    static IOException notStarted(CacheException failure, String port) {
        Throwable root = SharedMaps.rootOf(failure);
        if (SharedMaps.wasOvertaken(failure)) {
            return new IOException("cannot join the mesh, which changed each time: " + FailureText.of(root)
                    + ". Start this node again", failure);
        }
        return new IOException(root instanceof TimeoutException
                ? "cannot join the mesh: the node that coordinates it does not answer (" + FailureText.of(root)
                        + "). Start this node again; if that does not help, restart the coordinator, which floe nodes "
                        + "--json names on any other machine"
                : "cannot open the group's port " + port + ": " + FailureText.of(root), failure);
    }
}

package dev.floe.node.mesh.transport;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.infinispan.remoting.transport.jgroups.JGroupsChannelConfigurator;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.conf.ProtocolConfiguration;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.DiagnosticsHandler;
import org.jgroups.stack.Protocol;
import org.jgroups.util.SocketFactory;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.store.FailureText;

/**
 * The group's channel as Infinispan wants it described: one TCP port, TLS with certificates on both sides, and no
 * diagnostics port. A node whose connection ends without a farewell is suspected at once, and a silent one by its
 * heartbeats (the other failure detectors need a second port that has no TLS).
 *
 * <p>Each peer has a thread of its own that sends to it, since to connect to a frozen one takes as long as its
 * handshake may, and whoever waits for that looks dead to the others. Buffers are far smaller than JGroups sets them,
 * because there is one set for each peer and a mesh is small messages.
 */
public final class ChannelConfigurator implements JGroupsChannelConfigurator {
    private static final Logger LOG = LogManager.getLogger(ChannelConfigurator.class);
    private static final int STREAM_BUFFER_BYTES = 8192;
    /** The transport writes no more at once than this, and sets its output buffer to it. */
    private static final int BUNDLE_BYTES = 16_000;
    private static final int FRAGMENT_BYTES = 15_000;
    private static final int BUNDLER_CAPACITY = 1024;
    private static final long STABLE_BYTES = 1 << 20;
    /** Only what a broken connection took with it is ever sent again. */
    private static final int RESEND_MILLIS = 1000;
    private static final int CONNECT_MILLIS = 2000;
    /** Nodes that start at the same moment open their ports within this time, on any machine. */
    private static final Duration MIN_OPENING = Duration.ofMillis(500);
    /** A node that was to begin the group and died is waited for no longer than for this many joins. */
    private static final int MAX_JOINS = 5;
    /** Twice as long as the cache manager works on one view: {@code SharedMaps} bounds it. */
    private static final Duration MERGE_WINDOW = Duration.ofSeconds(60);
    /** Views that follow one another, as those of nodes that start together, come sooner than that. */
    private static final Duration SETTLE = Duration.ofSeconds(5);
    /** A burst of messages wakes many threads, and two or three are enough between bursts. */
    private static final int THREAD_IDLE_MILLIS = 5000;

    private final ChannelConfig settings;
    private final MeshTrust trust;
    private final Supplier<? extends Collection<HostPort>> known;
    private final RejectedConnections refusals;
    private final FailedJoinAttempts attempts;
    private final OtherMeshes others = new OtherMeshes(System::nanoTime);
    private final MemberConnections connections = new MemberConnections();
    private volatile @Nullable JChannel channel; // null before it is built
    private volatile @Nullable FailureTrackingTcp transport; // likewise
    // What members publish of themselves.
    private volatile Predicate<Address> dialsOut = _ -> false;
    private volatile Predicate<Address> expectsAll = _ -> true;
    private volatile Function<Address, Optional<String>> nodeKeys = _ -> Optional.empty();

    /**
     * Describes a channel; nothing is opened yet.
     *
     * @param known where the mesh may be found, asked again at each search
     */
    public ChannelConfigurator(ChannelConfig settings, MeshTrust trust,
            Supplier<? extends Collection<HostPort>> known, RejectedConnections refusals, FailedJoinAttempts attempts) {
        this.settings = settings;
        this.trust = trust;
        this.known = known;
        this.refusals = refusals;
        this.attempts = attempts;
        connections.trust(trust);
    }

    /**
     * Builds the channel, with the threads of its timer; nothing is opened yet.
     *
     * @throws IOException if the address is of no interface of this machine
     */
    public JChannel build() throws IOException {
        try {
            List<Protocol> stack = new ArrayList<>();
            TlsSocketFactory sockets = new TlsSocketFactory(trust, settings.protocol(), refusals, settings.timing(),
                    connections);
            JoinWindow window = new JoinWindow(sinceStart(), settings.timing().join());
            FailureTrackingTcp tcp = new FailureTrackingTcp(attempts, window);
            transport = tcp;
            stack.add(configure(tcp, settings, sockets));
            if (settings.multicast() && canMulticast(settings.address())) {
                window.searchLan();
                stack.add(new MulticastDiscovery(trust::multicastSecrets, others).setBindAddr(settings.address()));
            }
            stack.add(new SeedDiscovery(known, attempts, window));
            addGroup(stack, settings.timing());
            JChannel built = new JChannel(stack);
            built.setName(trust.nodeName());
            channel = built;
            return built;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot build the group's channel: " + FailureText.of(e), e);
        }
    }

    /** How long this process has taken until now, which is how long another takes on a machine like this. */
    private static Duration sinceStart() {
        Duration running = ProcessHandle.current().info().startInstant()
                .map(start -> Duration.between(start, Instant.now())).orElse(MIN_OPENING);
        return running.compareTo(MIN_OPENING) < 0 ? MIN_OPENING : running;
    }

    /** Whether nodes search the LAN from this address. */
    public static boolean canMulticast(InetAddress address) throws IOException {
        NetworkInterface card = NetworkInterface.getByInetAddress(address);
        return card != null && address instanceof Inet4Address && !address.isLoopbackAddress()
                && card.supportsMulticast();
    }

    /** Nodes of other meshes that search the same LAN. */
    public OtherMeshes otherMeshes() {
        return others;
    }

    /** Sets how to find out whether a member has published that others cannot connect to it. */
    public void dialsOut(Predicate<Address> published) {
        dialsOut = published;
    }

    /** Sets how to find out whether a member expects heartbeats of all others, as those of older releases do. */
    public void expectsAllHeartbeats(Predicate<Address> published) {
        expectsAll = published;
    }

    /** Sets how to find out the id of the node key that a member has published; expelled members are then suspected. */
    public void nodeKeys(Function<Address, Optional<String>> published) {
        nodeKeys = published;
        trust.onChange(() -> Thread.ofVirtual().name("floe-group-expel").start(this::suspectExpelled));
    }

    /**
     * Suspects members that have been expelled. Their connections end, too, but at each member at another moment: an
     * expelled coordinator would take those who have closed theirs for dead, and tell the others so.
     */
    private void suspectExpelled() {
        JChannel built = channel;
        if (built == null || built.getView() == null) {
            return;
        }
        List<Address> expelled = built.getView().getMembers().stream()
                .filter(member -> nodeKeys.apply(member).filter(trust::isExpelled).isPresent()).toList();
        if (!expelled.isEmpty()) {
            built.getProtocolStack().<GMS>findProtocol(GMS.class).up(new Event(Event.SUSPECT, expelled));
        }
    }

    /** Whether others cannot connect to a member: it says so, or this node has tried. */
    private boolean isUnreachable(Address member) {
        FailureTrackingTcp tcp = transport;
        JChannel built = channel;
        return dialsOut.test(member) || tcp != null && built != null
                && tcp.isUnanswered(built.down(new Event(Event.GET_PHYSICAL_ADDRESS, member)));
    }

    /**
     * If this node coordinates the group although others cannot connect to it, lets another member coordinate, after
     * the joins that are under way. May block for seconds.
     */
    public void handOverCoordination() {
        JChannel built = channel;
        if (built != null && built.getProtocolStack().findProtocol(GMS.class) instanceof HandOverGms membership) {
            membership.handOver();
        }
    }

    /** The members that this node has not heard for longer than a while in which heartbeats come. */
    public List<Address> silentMembers() {
        JChannel built = channel;
        HeartbeatFailureDetection detection = built == null
                ? null
                : built.getProtocolStack().findProtocol(HeartbeatFailureDetection.class);
        return detection == null ? List.of() : detection.silent(settings.timing().unheard());
    }

    /** The channel, for what Infinispan does not tell; empty before it is built. */
    public Optional<JChannel> channel() {
        return Optional.ofNullable(channel);
    }

    private static Protocol configure(FailureTrackingTcp transport, ChannelConfig settings, TlsSocketFactory sockets)
            throws Exception {
        transport.setBindAddress(settings.address()).setBindPort(settings.port()).setPortRange(0);
        transport.tcpNodelay(true).setSockConnTimeout(CONNECT_MILLIS).logDetails(false);
        transport.setBufferedInputStreamSize(STREAM_BUFFER_BYTES)
                .setBufferedOutputStreamSize(BUNDLE_BYTES + Integer.BYTES);
        transport.logAcceptError(false);
        transport.enableSuspectEvents(true);
        transport.setBundler(bundler());
        transport.useVirtualThreads(false).getThreadPool().setKeepAliveTime(THREAD_IDLE_MILLIS);
        transport.setDiagnosticsHandler(new DiagnosticsHandler().setEnabled(false));
        transport.setSocketFactory(sockets);
        return transport;
    }

    private static PerDestinationBundler bundler() {
        PerDestinationBundler bundler = new StoppableBundler();
        bundler.useSingleSenderThread(false);
        bundler.setCapacity(BUNDLER_CAPACITY);
        bundler.setMaxSize(BUNDLE_BYTES);
        return bundler;
    }

    private void addGroup(List<Protocol> stack, GroupTimeouts timing) {
        HandOverGms membership = new HandOverGms(this::isUnreachable, next -> LOG
                .info("hands the group over, because others cannot connect to this node; to={}", next));
        LossAwareMerge merge = new LossAwareMerge(timing.merge(), membership::rename);
        stack.add(merge);
        stack.add(new HeartbeatFailureDetection(System::nanoTime, merge::heardStranger,
                member -> expectsAll.test(member))
                .setTimeout(timing.failure().toMillis())
                .setInterval(timing.heartbeat().toMillis()));
        stack.add(new VERIFY_SUSPECT2().setTimeout(timing.verify().toMillis()));
        stack.add(new NAKACK2().useMcastXmit(false).setXmitInterval(RESEND_MILLIS));
        stack.add(new UNICAST3().setXmitInterval(RESEND_MILLIS));
        stack.add(new STABLE().setMaxBytes(STABLE_BYTES));
        stack.add(membership.setJoinTimeout(timing.join().toMillis()).setMaxJoinAttempts(MAX_JOINS)
                .printLocalAddress(false));
        stack.add(new UFC());
        stack.add(new MFC());
        stack.add(new FRAG4().setFragSize(FRAGMENT_BYTES));
        stack.add(new MergeReminder(MERGE_WINDOW, System::nanoTime, this::afterQuiet, membership::renew));
    }

    private void afterQuiet(Runnable task) {
        FailureTrackingTcp tcp = transport;
        if (tcp != null) {
            tcp.getTimer().schedule(task, SETTLE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public JChannel createChannel(String name) {
        return channel().orElseThrow(() -> new IllegalStateException("the group's channel is not built"));
    }

    @Override
    public String getName() {
        return "floe";
    }

    @Override
    public void setSocketFactory(SocketFactory factory) {
        throw new UnsupportedOperationException("the group brings its own sockets");
    }

    @Override
    public void setDataSource(DataSource source) {
        throw new UnsupportedOperationException("the group needs no database");
    }

    @Override
    public String getProtocolStackString() {
        return "";
    }

    @Override
    public List<ProtocolConfiguration> getProtocolStack() {
        return List.of();
    }
}

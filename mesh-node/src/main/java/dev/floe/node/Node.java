package dev.floe.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.front.observation.ObserverLibrary;
import dev.floe.front.InputDiscovery;
import dev.floe.front.discovery.CompilerDiscovery;
import dev.floe.front.discovery.Directories;

import dev.floe.node.audit.Auditor;
import dev.floe.node.audit.Findings;
import dev.floe.node.audit.Quarantine;
import dev.floe.node.bounds.AddressText;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.builds.BuildLog;
import dev.floe.node.cache.CacheSettings;
import dev.floe.node.cache.CacheUse;
import dev.floe.node.cache.LocalResults;
import dev.floe.node.cache.Maker;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.Seals;
import dev.floe.node.cache.Trust;
import dev.floe.node.doors.Doors;
import dev.floe.node.execute.Executor;
import dev.floe.node.execute.Limits;
import dev.floe.node.execute.Sandbox;
import dev.floe.node.execute.Slots;
import dev.floe.node.execute.Toolchains;
import dev.floe.node.mesh.Group;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Offering;
import dev.floe.node.mesh.trust.Identity;
import dev.floe.node.mesh.trust.MeshKey;
import dev.floe.node.mesh.trust.Token;
import dev.floe.node.metrics.NodeMetrics;
import dev.floe.node.record.JobLog;
import dev.floe.node.standin.ForeignCompilers;
import dev.floe.node.submit.Deadlines;
import dev.floe.node.submit.MeshCapacity;
import dev.floe.node.submit.Outlook;
import dev.floe.node.submit.RemoteCompile;
import dev.floe.node.submit.HidingDiscovery;
import dev.floe.node.submit.Submitter;
import dev.floe.node.submit.WrapperSocket;
import dev.floe.node.toolchains.ObservationGaps;
import dev.floe.node.toolchains.OwnToolchains;
import dev.floe.node.toolchains.Rehearsal;
import dev.floe.node.toolchains.Shelf;
import dev.floe.node.toolchains.ToolchainExchange;
import dev.floe.node.watch.MeshFeed;
import dev.floe.node.watch.MeshWatcher;
import dev.floe.node.watch.WatchServer;
import dev.floe.node.web.WebServer;
import dev.floe.node.web.WebSources;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.HereExchange;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.node.wire.Loops;
import dev.floe.node.wire.PeerConnections;
import dev.floe.node.wire.PeerServer;
import dev.floe.store.ContentStore;
import dev.floe.store.FailureText;
import dev.floe.store.FileDigests;
import dev.floe.store.action.ActionCache;

/**
 * One running node: everything it is made of, started in order and closed in reverse. Owns all threads, sockets and files; an
 * error while it starts closes what was started before.
 */
public final class Node implements AutoCloseable, Executor.Site, Submitter.Site, Auditor.Site {
    /** Floe's version, as peers see it: that of the POM. */
    public static final String VERSION = FloeVersion.read();

    private static final Logger LOG = LogManager.getLogger(Node.class);
    private static final int REMEMBERED_FILES = 100_000;
    private static final int CACHED_RESULTS = 500_000;
    private static final int EVENT_LOOPS = 2;
    private static final long TOOLCHAIN_BYTES = 4L << 30;
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration WATCHER_LINGERS = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final NodeSettings settings;
    private final InstantSource clock = Clock.systemUTC();
    private final Deque<AutoCloseable> started = new ArrayDeque<>(); // closed last in, first out
    private final Slots slots;
    private final Doing doing = new Doing(() -> executor().use(), () -> executor().promised(), () -> draining());
    private final Requests requests = new Requests(this);
    private final Outlook outlook = new Outlook(clock, () -> group().nextStamp(), () -> executor().roomForLocal());
    private final FileDigests digests = new FileDigests(REMEMBERED_FILES);
    private final Optional<MeshKey> mesh;
    private final Deadlines deadlines;
    private final JobLog log;
    private final BuildGroups builds = new BuildGroups(clock, ZoneId.systemDefault(), new SecureRandom());
    private final BuildLog buildLog;
    private final ContentStore store;
    private final Sandbox.Availability sandbox;
    private final Sandbox.Availability ownSandbox;
    private final StorageWatch storage;
    private final MeshCache cache;
    private final Maker maker;
    private final Seals seals;
    private final Findings findings;
    private final Auditor auditor;
    private final Limits limits;
    private final Group group;
    private final Loops loops;
    private final PeerConnections connections;
    private final Shelf shelf;
    private final Directories directories = new Directories(clock);
    private final InputDiscovery discovery;
    private final OwnToolchains ownToolchains;
    private final ObservationGaps gaps;
    private final ForeignCompilers standIns;
    private final MeshCapacity capacity;
    private final Executor executor;
    private final @Nullable PeerServer server;
    private final NodeInfo identity;
    private final WatchServer watchServer;
    private final MeshWatcher watcher;
    private final NodeMetrics metrics;
    private final IdleCollection idleCollection = new IdleCollection(); // the refreshing thread's own
    private volatile @Nullable Offering published; // the last; null before the first
    private volatile @Nullable WebServer page; // null if the node serves none
    private volatile boolean draining; // once set, new offers are refused
    private volatile boolean paused; // while set, new offers of others are refused

    /**
     * Starts a node. It serves its socket when this returns, and joins its mesh meanwhile.
     *
     * @param wrapper the installed floe-cc; the sandbox runs it innermost
     * @throws IOException if a directory, an address or the socket cannot be used; the message names it and what to do
     */
    public static Node start(NodeSettings settings, Path wrapper) throws IOException {
        return new Node(settings, wrapper);
    }

    private Node(NodeSettings settings, Path wrapper) throws IOException {
        this.settings = settings;
        try {
            WrapperSocket.refuseIfTaken(settings.socket());
            Path data = DataDirectory.open(settings.dataDir());
            slots = new Slots(settings.slots() > 0 ? settings.slots() : Hardware.cores(), this::publishState);
            deadlines = owned(new Deadlines());
            log = owned(new JobLog(settings.jobLog()));
            buildLog = owned(BuildLog.start(data.resolve("builds"), log));
            storage = new StorageWatch(List.of(data, data.resolve("jobs"), data.resolve("store")));
            store = owned(ContentStore.open(data.resolve("store"), settings.storeBytes()));
            ownSandbox = Sandbox.probe(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
                    RunnerFile.in(data, wrapper));
            sandbox = settings.whyNot().<Sandbox.Availability>map(Sandbox.Availability.Unavailable::new)
                    .orElse(ownSandbox);
            limits = Limits.forNode(Hardware.memoryBytes(), settings.slots());
            InputDiscovery whole = new CompilerDiscovery(clock, directories);
            discovery = HidingDiscovery.ifAsked(whole);
            Optional<Token> token = Membership.token(settings);
            mesh = token.map(Token::key);
            loops = owned(new Loops(EVENT_LOOPS));
            Optional<Identity> certified = token.map(mesh -> Identity.issue(mesh.key(), settings.name()));
            connections = owned(new PeerConnections(loops, certified.map(Membership::credentials)));
            shelf = new Shelf(data.resolve("toolchains"), TOOLCHAIN_BYTES,
                    new ToolchainExchange(connections, id -> Membership.holders(group(), id)),
                    this::publishInfo);
            gaps = new ObservationGaps(shelf, observers(ownSandbox));
            ownToolchains = new OwnToolchains(data.resolve("compilers"), shelf,
                    new Rehearsal(ownSandbox, store, whole, digests, limits, data.resolve("rehearsals")), gaps,
                    clock);
            executor = owned(new Executor(this, data.resolve("jobs")));
            InetAddress address = Membership.address(settings.listen(), token.isPresent());
            server = certified.isPresent()
                    ? owned(PeerServer.listen(loops, new InetSocketAddress(address, settings.listen().port() + 1),
                            Membership.credentials(certified.get()), requests, this::refused))
                    : null;
            identity = Membership.info(settings, address, clock);
            group = owned(Membership.join(settings, token, certified, address));
            group.onChange(outlook::accept);
            OwnSample sample = new OwnSample(log, executor);
            watchServer = new WatchServer(log, sample);
            watcher = owned(new MeshWatcher(
                    new MeshWatcher.Names(settings.name(), mesh.map(MeshKey::name).orElse(""),
                            mesh.map(MeshKey::id).orElse("")),
                    log, sample, group::roster,
                    peer -> connections.open(peer, PeerConnections.Lane.BULK, "/watch"), clock,
                    stop -> deadlines.after(WATCHER_LINGERS, stop)));
            group.onChange(watcher::rosterChanged);
            seals = new Seals(token.flatMap(Token::writer));
            findings = new Findings(Quarantine.open(data.resolve("quarantine")));
            maker = new Maker(store, identity.id().toString());
            cache = owned(new MeshCache(
                    new LocalResults(ActionCache.open(data.resolve("actions"), CACHED_RESULTS), store), group,
                    connections, CacheSettings.of(settings.name(), settings.cache()), new Trust(seals, findings)));
            auditor = owned(new Auditor(this, identity, settings.audit(), new SecureRandom().nextLong(), findings));
            standIns = new ForeignCompilers(ownToolchains, shelf, ownSandbox, store, limits, group::roster, connections,
                    data.resolve("stand-ins"), System.getenv().getOrDefault("PATH", ""), identity.machine());
            capacity = new MeshCapacity(outlook, identity.machine(), () -> slots.use().slots(), standIns::hasStandIn);
            publishInfo();
            publishState();
            owned(deadlines.every(REFRESH, this::refresh));
            metrics = owned(new NodeMetrics(new Readings(this), log));
            owned(new Doors(settings.doors().within(settings.storeBytes()), data.resolve("incoming"), loops,
                    new MeshValues(cache, store, identity.id().toString(), settings.cache())));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Begins to serve this machine's wrappers and the command line. */
    public void open(WrapperSocket.Control control) throws IOException {
        boolean everyone = settings.socket().startsWith("/run/floe");
        if (settings.web().address().isPresent()) {
            page = owned(new WebServer(settings.web(), loops, everyone, new WebSources(new PageFeed(watcher),
                    (request, owned, lines) -> control.answer(request, owned, lines::accept), Optional.empty())));
        }
        owned(new WrapperSocket(settings.socket(), everyone, new Submitter(this), control)).start();
        LOG.info("node={} listens group={} data={} slots={} executes={} socket={}", settings.name(), settings.listen(),
                server == null ? "none" : AddressText.of(server.address()), settings.slots(),
                sandbox instanceof Sandbox.Availability.Available,
                settings.socket());
    }

    private <T extends AutoCloseable> T owned(T part) {
        started.push(part);
        return part;
    }

    /** Parts that start before the group have nobody to tell. */
    private void inGroup(Consumer<Group> action) {
        Group joined = group;
        if (joined != null) {
            action.accept(joined);
        }
    }

    private void refused(@Nullable SocketAddress peer, String reason) {
        inGroup(joined -> joined.refusals().add("data", peer, reason));
    }

    private void publishInfo() {
        Offering now = Membership.offering(settings, sandbox(), paused, shelf);
        published = now;
        inGroup(joined -> joined.publish(identity.offering(now)));
    }

    private void publishState() {
        inGroup(joined -> joined.publish(doing));
        outlook.slotsChanged();
    }

    private void refresh() {
        storage.look();
        if (!Membership.offering(settings, sandbox(), paused, shelf).equals(published)) {
            publishInfo(); // a trouble has come or gone
        }
        publishState();
        idleCollection.look(executor.tally().counts().done() + log.count() + shelf.ids().size(),
                slots.use().running() == 0);
    }

    @Override
    public WireState state() {
        NodeState now = doing.take(group::nextStamp);
        return new WireState(now.stamp().epoch(), now.stamp().sequence(), now.freeSlots(), now.running(), now.queued(),
                now.queuedMillis(), now.freeMemoryBytes(), now.draining());
    }

    @Override
    public String name() {
        return settings.name();
    }

    public NodeSettings settings() {
        return settings;
    }

    /** The mesh that this node joined when it started; empty if it is a mesh of itself. */
    public Optional<MeshKey> mesh() {
        return mesh;
    }

    public Group group() {
        return group;
    }

    /** Where this node serves its page; empty if it serves none. */
    public Optional<String> webAddress() {
        return Optional.ofNullable(page).map(server -> "http://" + AddressText.of(server.address()) + "/");
    }

    /** The mesh as it is watched through this node. */
    public MeshFeed watcher() {
        return watcher;
    }

    /** Serves peers that watch this node. */
    WatchServer watchServer() {
        return watchServer;
    }

    /** How wide builds of this machine may be. */
    public MeshCapacity capacity() {
        return capacity;
    }

    public Executor executor() {
        return executor;
    }

    public Shelf shelf() {
        return shelf;
    }

    @Override
    public Slots slots() {
        return slots;
    }

    @Override
    public ContentStore store() {
        return store;
    }

    @Override
    public Toolchains held() {
        return shelf;
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public void jobFailed() {
        if (storage.look()) {
            publishInfo();
        }
    }

    @Override
    public Sandbox.Availability sandbox() {
        return storage.trouble().<Sandbox.Availability>map(Sandbox.Availability.Unavailable::new).orElse(sandbox);
    }

    @Override
    public boolean draining() {
        return draining;
    }

    @Override
    public boolean paused() {
        return paused;
    }

    /** Refuses new jobs of others until {@link #resume}; those that it has accepted go on. */
    public void pause() {
        setPaused(true);
    }

    /** Accepts jobs of others again. */
    public void resume() {
        setPaused(false);
    }

    private void setPaused(boolean value) {
        paused = value;
        LOG.info("node={} paused={}", settings.name(), value);
        publishInfo();
    }

    @Override
    public Sandbox.Availability ownSandbox() {
        return ownSandbox;
    }

    @Override
    public Optional<Executor.Keeper> keeper() {
        return settings.cache().contains(CacheUse.WRITE) && cache != null && seals.mayWrite()
                ? Optional.of(new ResultKeeper(maker, cache))
                : Optional.empty();
    }

    @Override
    public Optional<RemoteCompile.Door> ownExecutor() {
        return door(requests::serveOwn);
    }

    @Override
    public Optional<RemoteCompile.Door> backgroundExecutor() {
        return door(requests::serveInBackground);
    }

    private Optional<RemoteCompile.Door> door(Consumer<Exchange> server) {
        return ownSandbox instanceof Sandbox.Availability.Available
                ? Optional.of(() -> HereExchange.open("/job", server))
                : Optional.empty();
    }

    @Override
    public Auditor audits() {
        return auditor;
    }

    /** What audits have found on this node. */
    public Findings findings() {
        return findings;
    }

    @Override
    public MeshCache cache() {
        return cache;
    }

    @Override
    public Set<CacheUse> cacheUses() {
        return settings.cache();
    }

    @Override
    public Directories directories() {
        return directories;
    }

    @Override
    public Outlook outlook() {
        return outlook;
    }

    public NodeMetrics metrics() {
        return metrics;
    }

    public ObservationGaps gaps() {
        return gaps;
    }

    /** A node without a sandbox only submits; its peers are taken to have all. */
    private static Set<ObserverLibrary> observers(Sandbox.Availability sandbox) {
        return sandbox instanceof Sandbox.Availability.Available(Sandbox usable)
                ? usable.observers().keySet()
                : Set.of(ObserverLibrary.values());
    }

    @Override
    public OwnToolchains toolchains() {
        return ownToolchains;
    }

    @Override
    public ForeignCompilers standIns() {
        return standIns;
    }

    @Override
    public InputDiscovery discovery() {
        return discovery;
    }

    @Override
    public FileDigests digests() {
        return digests;
    }

    @Override
    public PeerConnections connections() {
        return connections;
    }

    @Override
    public Deadlines deadlines() {
        return deadlines;
    }

    @Override
    public JobLog log() {
        return log;
    }

    @Override
    public BuildGroups builds() {
        return builds;
    }

    /** What became of the builds of this node. */
    public BuildLog buildLog() {
        return buildLog;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    /** Takes no new jobs, gives those that run a moment to end, and then leaves. */
    public void drain() {
        draining = true;
        publishState();
        slots.awaitIdle(FAREWELL);
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close: {}", part.getClass().getSimpleName(), FailureText.of(e));
            }
        }
    }
}

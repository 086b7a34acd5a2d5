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

import dev.floe.command.InputDiscovery;
import dev.floe.command.inputs.CompileInputDiscovery;
import dev.floe.command.inputs.DirectoryListingCache;
import dev.floe.command.observation.ObserverLibrary;
import dev.floe.node.audit.AuditFindings;
import dev.floe.node.audit.Quarantine;
import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.bounds.AddressText;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.builds.BuildLog;
import dev.floe.node.cache.CacheConfig;
import dev.floe.node.cache.CacheMode;
import dev.floe.node.cache.LocalResultStore;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.ResultBuilder;
import dev.floe.node.cache.ResultSigner;
import dev.floe.node.cache.ResultTrustPolicy;
import dev.floe.node.cacheserver.CacheServers;
import dev.floe.node.executor.Executor;
import dev.floe.node.executor.JobLimits;
import dev.floe.node.executor.Sandbox;
import dev.floe.node.executor.SlotPool;
import dev.floe.node.executor.ToolchainProvider;
import dev.floe.node.joblog.JobLog;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.metrics.NodeMetrics;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.InProcessStream;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.PeerStream;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.submitter.NodeSocketServer;
import dev.floe.node.submitter.RemoteJobClient;
import dev.floe.node.submitter.Submitter;
import dev.floe.node.submitter.TimeoutScheduler;
import dev.floe.node.submitter.WithholdingDiscovery;
import dev.floe.node.submitter.schedule.MeshCapacity;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.node.substitute.SubstituteCompilerService;
import dev.floe.node.toolchains.LocalCompilerToolchains;
import dev.floe.node.toolchains.ToolchainSelfTest;
import dev.floe.node.toolchains.ToolchainStore;
import dev.floe.node.toolchains.ToolchainTransfer;
import dev.floe.node.toolchains.UnobservableToolchains;
import dev.floe.node.watch.MeshFeed;
import dev.floe.node.watch.MeshWatcher;
import dev.floe.node.watch.WatchServer;
import dev.floe.node.web.WebDocument;
import dev.floe.node.web.WebServer;
import dev.floe.node.web.WebSources;
import dev.floe.store.ContentStore;
import dev.floe.store.FailureText;
import dev.floe.store.FileDigestCache;
import dev.floe.store.actioncache.ActionCache;

/**
 * One running node: everything it is made of, started in order and closed in reverse. Owns all threads, sockets and
 * files; an error while it starts closes what was started before.
 */
public final class Node
        implements
            AutoCloseable,
            Executor.ExecutorDependencies,
            Submitter.SubmitterDependencies,
            ResultAuditor.AuditorDependencies {
    /** Floe's version, as peers see it: that of the POM. */
    public static final String VERSION = FloeVersion.read();

    private static final Logger LOG = LogManager.getLogger(Node.class);
    private static final int REMEMBERED_FILES = 100_000;
    private static final int CACHED_RESULTS = 500_000;
    private static final int EVENT_LOOPS = 2;
    private static final long TOOLCHAIN_BYTES = 4L << 30;
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration WATCHER_LINGERS = Duration.ofSeconds(10);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

    private final NodeConfig settings;
    private final InstantSource clock = Clock.systemUTC();
    private final Deque<AutoCloseable> started = new ArrayDeque<>(); // closed last in, first out
    private final SlotPool slots;
    private final NodeStateSupplier doing = new NodeStateSupplier(() -> executor().use(), () -> executor().queuedWork(),
            () -> draining());
    private final PeerRequestRouter requests = new PeerRequestRouter(this);
    private final SubmitterScheduler outlook = new SubmitterScheduler(clock, () -> group().nextStamp(),
            () -> executor().roomForLocal());
    private final FileDigestCache digests = new FileDigestCache(REMEMBERED_FILES);
    private final Optional<MeshKey> mesh;
    private final TimeoutScheduler deadlines;
    private final JobLog log;
    private final BuildGroups builds = new BuildGroups(clock, ZoneId.systemDefault(), new SecureRandom());
    private final BuildLog buildLog;
    private final ContentStore store;
    private final Sandbox.Availability sandbox;
    private final Sandbox.Availability ownSandbox;
    private final StorageWatch storage;
    private final MeshCache cache;
    private final ResultBuilder maker;
    private final ResultSigner seals;
    private final AuditFindings findings;
    private final ResultAuditor auditor;
    private final JobLimits limits;
    private final MeshGroup group;
    private final EventLoops loops;
    private final PeerConnections connections;
    private final ToolchainStore shelf;
    private final DirectoryListingCache directories = new DirectoryListingCache(clock);
    private final InputDiscovery discovery;
    private final LocalCompilerToolchains ownToolchains;
    private final UnobservableToolchains gaps;
    private final SubstituteCompilerService standIns;
    private final MeshCapacity capacity;
    private final Executor executor;
    private final @Nullable PeerServer server;
    private final NodeInfo identity;
    private final WatchServer watchServer;
    private final MeshWatcher watcher;
    private final NodeMetrics metrics;
    private final IdleHeapTrimmer idleCollection = new IdleHeapTrimmer(); // the refreshing thread's own
    private volatile @Nullable NodeCapabilities published; // the last; null before the first
    private volatile @Nullable WebServer page; // null if the node serves none
    private volatile boolean draining; // once set, new offers are refused
    private volatile boolean paused; // while set, new offers of others are refused

    /**
     * Starts a node. It serves its socket when this returns, and joins its mesh meanwhile.
     *
     * @param wrapper the installed floe-cc; the sandbox runs it innermost
     * @throws IOException if a directory, an address or the socket cannot be used; the message names it and what to do
     */
    public static Node start(NodeConfig settings, Path wrapper) throws IOException {
        return new Node(settings, wrapper);
    }

    private Node(NodeConfig settings, Path wrapper) throws IOException {
        this.settings = settings;
        try {
            NodeSocketServer.refuseIfTaken(settings.socket());
            Path data = DataDirectory.open(settings.dataDir());
            slots = new SlotPool(settings.slots() > 0 ? settings.slots() : Hardware.cores(), this::publishState);
            deadlines = owned(new TimeoutScheduler());
            log = owned(new JobLog(settings.jobLog()));
            buildLog = owned(BuildLog.start(data.resolve("builds"), log));
            storage = new StorageWatch(List.of(data, data.resolve("jobs"), data.resolve("store")));
            store = owned(ContentStore.open(data.resolve("store"), settings.storeBytes()));
            ownSandbox = Sandbox.probe(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
                    RunnerInstaller.in(data, wrapper));
            sandbox = settings.whyNot().<Sandbox.Availability>map(Sandbox.Availability.Unavailable::new)
                    .orElse(ownSandbox);
            limits = JobLimits.forNode(Hardware.memoryBytes(), settings.slots());
            InputDiscovery whole = new CompileInputDiscovery(clock, directories);
            discovery = WithholdingDiscovery.ifAsked(whole);
            Optional<JoinToken> token = MeshSetup.token(settings);
            mesh = token.map(JoinToken::key);
            loops = owned(new EventLoops(EVENT_LOOPS));
            Optional<NodeIdentity> certified = token.map(mesh -> NodeIdentity.issue(mesh.key(), settings.name()));
            connections = owned(new PeerConnections(loops, certified.map(MeshSetup::credentials)));
            shelf = new ToolchainStore(data.resolve("toolchains"), TOOLCHAIN_BYTES,
                    new ToolchainTransfer(connections, id -> MeshSetup.holders(group(), id)),
                    this::publishInfo);
            gaps = new UnobservableToolchains(shelf, observers(ownSandbox));
            ownToolchains = new LocalCompilerToolchains(data.resolve("compilers"), shelf,
                    new ToolchainSelfTest(ownSandbox, store, whole, digests, limits, data.resolve("rehearsals")), gaps,
                    clock);
            executor = owned(new Executor(this, data.resolve("jobs")));
            InetAddress address = MeshSetup.address(settings.listen(), token.isPresent());
            server = certified.isPresent()
                    ? owned(PeerServer.listen(loops, new InetSocketAddress(address, settings.listen().port() + 1),
                            MeshSetup.credentials(certified.get()), requests, this::refused))
                    : null;
            identity = MeshSetup.info(settings, address, clock);
            group = owned(MeshSetup.join(settings, token, certified, address));
            group.onChange(outlook::accept);
            OwnSample sample = new OwnSample(log, executor);
            watchServer = new WatchServer(log, sample);
            watcher = owned(new MeshWatcher(new MeshWatcher.Names(settings.name(), mesh.map(MeshKey::name).orElse(""),
                    mesh.map(MeshKey::id).orElse("")), new MeshWatcher.OwnJobs(log, sample), group::roster,
                    peer -> connections.open(peer, PeerConnections.ConnectionClass.BULK, "/watch"), clock,
                    stop -> deadlines.after(WATCHER_LINGERS, stop)));
            group.onChange(watcher::rosterChanged);
            seals = new ResultSigner(token.flatMap(JoinToken::writer));
            findings = new AuditFindings(Quarantine.open(data.resolve("quarantine")));
            maker = new ResultBuilder(store, identity.id().toString());
            cache = owned(new MeshCache(
                    new LocalResultStore(ActionCache.open(data.resolve("actions"), CACHED_RESULTS), store), group,
                    connections, CacheConfig.of(settings.name(), settings.cache()),
                    new ResultTrustPolicy(seals, findings)));
            auditor = owned(
                    new ResultAuditor(this, identity, settings.audit(), new SecureRandom().nextLong(), findings));
            standIns = new SubstituteCompilerService(ownToolchains, shelf, ownSandbox, store, limits, group::roster,
                    connections,
                    data.resolve("stand-ins"), System.getenv().getOrDefault("PATH", ""), identity.machine());
            capacity = new MeshCapacity(outlook, identity.machine(), () -> slots.use().slots(), standIns::hasStandIn);
            publishInfo();
            publishState();
            owned(deadlines.every(REFRESH, this::refresh));
            metrics = owned(new NodeMetrics(new LiveNodeReadings(this), log));
            owned(new CacheServers(settings.doors().within(settings.storeBytes()), data.resolve("incoming"), loops,
                    new MeshKeyValueStore(cache, store, identity.id().toString(), settings.cache())));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Begins to serve this machine's wrappers and the command line. */
    public void open(NodeSocketServer.Control control) throws IOException {
        boolean everyone = settings.socket().startsWith("/run/floe");
        if (settings.web().address().isPresent()) {
            page = owned(new WebServer(settings.web(), loops, everyone, new WebSources(new PageFeed(watcher),
                    (request, owned, lines) -> control.answer(request, owned, lines::accept),
                    Optional.of(this::metricsPage))));
        }
        owned(new NodeSocketServer(settings.socket(), everyone, new Submitter(this), control)).start();
        LOG.info("node={} listens group={} data={} slots={} executes={} socket={}", settings.name(), settings.listen(),
                server == null ? "none" : AddressText.of(server.address()), settings.slots(),
                sandbox instanceof Sandbox.Availability.Available,
                settings.socket());
    }

    private WebDocument metricsPage(String accept) {
        NodeMetrics.Rendered rendered = metrics.render(accept);
        return new WebDocument(rendered.contentType(), rendered.body());
    }

    private <T extends AutoCloseable> T owned(T part) {
        started.push(part);
        return part;
    }

    /** Parts that start before the group have nobody to tell. */
    private void inGroup(Consumer<MeshGroup> action) {
        MeshGroup joined = group;
        if (joined != null) {
            action.accept(joined);
        }
    }

    private void refused(@Nullable SocketAddress peer, String reason) {
        inGroup(joined -> joined.refusals().add("data", peer, reason));
    }

    private void publishInfo() {
        NodeCapabilities now = MeshSetup.offering(settings, sandbox(), paused, shelf);
        published = now;
        inGroup(joined -> joined.publish(identity.offering(now)));
    }

    private void publishState() {
        inGroup(joined -> joined.publish(doing));
        outlook.localSlotsChanged();
    }

    private void refresh() {
        storage.look();
        if (!MeshSetup.offering(settings, sandbox(), paused, shelf).equals(published)) {
            publishInfo(); // a trouble has come or gone
        }
        publishState();
        idleCollection.look(executor.tally().counts().done() + log.count() + shelf.ids().size(),
                slots.use().running() == 0);
    }

    @Override
    public WireState nextState() {
        NodeState now = doing.snapshot(group::nextStamp);
        return new WireState(now.stamp().epoch(), now.stamp().sequence(), now.freeSlots(), now.running(), now.queued(),
                now.queuedMillis(), now.freeMemoryBytes(), now.draining());
    }

    @Override
    public String name() {
        return settings.name();
    }

    public NodeConfig settings() {
        return settings;
    }

    /** The mesh that this node joined when it started; empty if it is a mesh of itself. */
    public Optional<MeshKey> mesh() {
        return mesh;
    }

    public MeshGroup group() {
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

    public ToolchainStore shelf() {
        return shelf;
    }

    @Override
    public SlotPool slots() {
        return slots;
    }

    @Override
    public ContentStore store() {
        return store;
    }

    @Override
    public ToolchainProvider held() {
        return shelf;
    }

    @Override
    public JobLimits limits() {
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
    public Optional<Executor.ResultSink> keeper() {
        return settings.cache().contains(CacheMode.WRITE) && cache != null && seals.mayWrite()
                ? Optional.of(new ResultPublisher(maker, cache))
                : Optional.empty();
    }

    @Override
    public Optional<RemoteJobClient.StreamOpener> ownExecutor() {
        return door(requests::serveOwn);
    }

    @Override
    public Optional<RemoteJobClient.StreamOpener> backgroundExecutor() {
        return door(requests::serveInBackground);
    }

    private Optional<RemoteJobClient.StreamOpener> door(Consumer<PeerStream> server) {
        return ownSandbox instanceof Sandbox.Availability.Available
                ? Optional.of(() -> InProcessStream.open("/job", server))
                : Optional.empty();
    }

    @Override
    public ResultAuditor audits() {
        return auditor;
    }

    /** What audits have found on this node. */
    public AuditFindings findings() {
        return findings;
    }

    @Override
    public MeshCache cache() {
        return cache;
    }

    @Override
    public Set<CacheMode> cacheUses() {
        return settings.cache();
    }

    @Override
    public DirectoryListingCache directories() {
        return directories;
    }

    @Override
    public SubmitterScheduler outlook() {
        return outlook;
    }

    public NodeMetrics metrics() {
        return metrics;
    }

    public UnobservableToolchains gaps() {
        return gaps;
    }

    /** A node without a sandbox only submits; its peers are taken to have all. */
    private static Set<ObserverLibrary> observers(Sandbox.Availability sandbox) {
        return sandbox instanceof Sandbox.Availability.Available(Sandbox usable)
                ? usable.observers().keySet()
                : Set.of(ObserverLibrary.values());
    }

    @Override
    public LocalCompilerToolchains toolchains() {
        return ownToolchains;
    }

    @Override
    public SubstituteCompilerService standIns() {
        return standIns;
    }

    @Override
    public InputDiscovery discovery() {
        return discovery;
    }

    @Override
    public FileDigestCache digests() {
        return digests;
    }

    @Override
    public PeerConnections connections() {
        return connections;
    }

    @Override
    public TimeoutScheduler deadlines() {
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
        slots.awaitIdle(SHUTDOWN_TIMEOUT);
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

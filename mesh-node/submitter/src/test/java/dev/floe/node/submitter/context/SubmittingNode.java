package dev.floe.node.submitter.context;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.floe.command.Invocation;
import dev.floe.command.discovery.DefaultHeaderSearchPath;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.InputDiscovery;
import dev.floe.command.proof.ExtraInputsCache;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.cache.claims.InMemoryResultCache;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.joblog.JobLog;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.TlsCredentials;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.LyingExecutor;
import dev.floe.node.submitter.compilers.FileViewer;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.store.FileDigestCache;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;

/**
 * What the stages of a request use of a node, without the node: the parts that decide elsewhere are replaced by what a
 * test says, the others are real and in memory.
 */
public final class SubmittingNode implements AutoCloseable {
    public static final String NAME = "here";
    public static final ToolchainId TOOLCHAIN = new ToolchainId("a".repeat(64));
    static final Set<CacheMode> BOTH = Set.of(CacheMode.READ, CacheMode.WRITE);
    static final ToolchainResolver.Resolution.Resolved RESOLVED = new ToolchainResolver.Resolution.Resolved(TOOLCHAIN,
            ToolchainFamily.GCC, "x86_64", 1, Optional.empty());

    private static final int SLOTS = 8;
    /** Of all nodes: to end them takes longer than a test. */
    private static final EventLoops LOOPS = EventLoops.started(1);
    private static final MeshKey MESH = MeshKey.create("home");
    private static final TlsCredentials OWN = credentials(NAME);
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private final SlotPool slots = new SlotPool(2);
    private final AtomicLong stamps = new AtomicLong();
    private final SubmitterScheduler scheduler = new SubmitterScheduler(() -> NOW,
            () -> new StateVersion(2, stamps.incrementAndGet()), slots::roomForLocal, _ -> Duration.ofMillis(1),
            true);
    private final TimeoutScheduler deadlines = new TimeoutScheduler();
    private final JobLog log = new JobLog(Optional.empty());
    private final FileDigestCache digests = new FileDigestCache(100);
    private final DirectoryListingCache directories = new DirectoryListingCache(InstantSource.system());
    private final ContentStore store;
    private final InMemoryResultCache cache;
    private final List<Peer> peers = new ArrayList<>();
    private final List<PeerServer> servers = new ArrayList<>();
    private final PeerConnections connections;

    public ToolchainResolver toolchains = (_, _, _, _) -> RESOLVED;
    public InputDiscovery discovery = (_, _, _, _) -> {
        throw new IllegalStateException("the inputs are not needed");
    };
    public Set<CacheMode> cacheUses = Set.of();
    public Optional<StreamOpener> ownExecutor = Optional.empty();
    public final List<AuditQueue.ServedResult> audits = new ArrayList<>();
    public Set<String> distrusted = Set.of();
    public boolean isAudited;

    public SubmittingNode(Path directory) throws IOException {
        Files.createDirectories(directory);
        store = ContentStore.open(directory.resolve("store"), 1 << 26);
        cache = new InMemoryResultCache(store);
        connections = new PeerConnections(LOOPS, Optional.of(OWN));
    }

    /** A peer with room, which answers each offer so. */
    public String addPeer(String name, LyingExecutor.Script script) throws IOException {
        return addPeer(name, 1, script);
    }

    /** @param speed that it says it has */
    public String addPeer(String name, double speed, LyingExecutor.Script script) throws IOException {
        PeerServer server = listen(name, exchange -> {
            try (MessageStream conversation = new MessageStream(exchange)) {
                script.answer(conversation, conversation.receive(Offer.class));
            }
        });
        servers.add(server);
        return add(name, server.address().getPort(), speed, false, List.of());
    }

    /** A peer that does not answer. */
    public String addAbsentPeer(String name) throws IOException {
        PeerServer server = listen(name, _ -> {});
        int port = server.address().getPort();
        server.close();
        return add(name, port, false, List.of());
    }

    /** A peer that takes no jobs for the toolchain. */
    public String addPeerWithoutToolchain(String name) {
        return add(name, 1, false, List.of(TOOLCHAIN.hex()));
    }

    /** This node executes, too. */
    public void addSelf() {
        add(NAME, 1, true, List.of());
    }

    private String add(String name, int port, boolean self, List<String> unavailable) {
        return add(name, port, 1, self, unavailable);
    }

    private synchronized String add(String name, int port, double speed, boolean self, List<String> unavailable) {
        NodeId id = new NodeId(1, peers.size() + 1);
        NodeInfo info = new NodeInfo(new StateVersion(1, 1), id, name, "127.0.0.1", port,
                new MachineInfo("x86_64", SLOTS, speed, 1L << 34, List.of()),
                new NodeCapabilities(self ? slots.use().slots() : SLOTS, true, "",
                        List.of(TOOLCHAIN.hex()), 1L << 30, "", unavailable, false),
                "0.1.0", 1,
                1_760_000_000_000L);
        peers.add(new Peer(info, new NodeState(new StateVersion(1, 1), SLOTS, 0, 0, 0, 0, 1L << 33, false),
                Duration.ZERO, self));
        scheduler.accept(new Roster(List.copyOf(peers)));
        return id.toString();
    }

    /** All peers say that they have so many slots free; newer than what they said before, up to {@code sequence}. */
    public void hear(long sequence, int freeSlots) {
        peers.replaceAll(peer -> new Peer(peer.info(), new NodeState(new StateVersion(1, sequence), freeSlots,
                SLOTS - freeSlots, 0, 0, 0, 1L << 33, false), Duration.ZERO, peer.self()));
        scheduler.accept(new Roster(List.copyOf(peers)));
    }

    private PeerServer listen(String name, PeerServer.Service service) throws IOException {
        return PeerServer.listen(LOOPS, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials(name),
                service, (_, _) -> {});
    }

    private static TlsCredentials credentials(String name) {
        NodeIdentity identity = NodeIdentity.issue(MESH, name);
        return new TlsCredentials(identity.keyManager(), identity.trustManager());
    }

    /** What a wrapper of this node's user says first, called in a directory. */
    public static HelloFrame hello(HelloFrame.Mode mode, String wantedNode, Path cwd, Map<String, String> environment,
            List<String> words) {
        Invocation invocation = new Invocation(words, Path.of("/usr/bin/" + words.getFirst()), cwd,
                new TreeMap<>(environment), 022, Optional.empty());
        return new HelloFrame(mode, wantedNode, "1 1", "", cwd.toString(), Optional.of(invocation), false, false,
                words.getFirst(), words);
    }

    public RequestContext context(WrapperClient wrapper, HelloFrame hello) {
        return new RequestContext(services(), wrapper, hello,
                new JobRecordBuilder(NAME + "/1", NAME, "", hello, NOW), memory);
    }

    private final SubmitterCaches memory = new SubmitterCaches(new FileViewer(true, ""), digests,
            (command, toolchain, machine, footprints) -> discovery.discover(command, toolchain, machine, footprints),
            directories,
            CommandMemory.of(10, directories),
            new CompilerMemory(new DefaultHeaderSearchPath(InstantSource.system()),
                    new ExtraInputsCache(() -> NOW)));

    public SubmitterCaches memory() {
        return memory;
    }

    public SlotPool slots() {
        return slots;
    }

    public SubmitterScheduler scheduler() {
        return scheduler;
    }

    public FileDigestCache digests() {
        return digests;
    }

    public JobLog log() {
        return log;
    }

    public ContentStore store() {
        return store;
    }

    public InMemoryResultCache cache() {
        return cache;
    }

    DirectoryListingCache directories() {
        return directories;
    }

    private SubmitterServices services() {
        return new SubmitterServices(
                new SubmitterServices.ToolchainAccess(
                        (compiler, searchPath, caller, patience) -> toolchains.of(compiler, searchPath, caller,
                                patience),
                        (_, _) -> List.of()),
                new SubmitterServices.CacheAccess(cache, store, cacheUses, new RecordedAudits(),
                        LOOPS.memory().messages()),
                new SubmitterServices.ExecutorAccess(scheduler, connections, () -> ownExecutor, deadlines),
                new SubmitterServices.JobAccounting(() -> NAME, log,
                        new BuildGroups(() -> NOW, ZoneOffset.UTC, new Random(1)), () -> NOW));
    }

    private final class RecordedAudits implements AuditQueue {
        @Override
        public boolean isSampled(String job) {
            return isAudited;
        }

        @Override
        public void add(ServedResult served) {
            audits.add(served);
        }

        @Override
        public Set<String> distrusted() {
            return distrusted;
        }
    }

    @Override
    public void close() throws IOException {
        connections.close();
        servers.forEach(PeerServer::close);
        deadlines.close();
        log.close();
        store.close();
    }
}

package dev.floe.node.executor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.MessageStream;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.ServerLimits;
import dev.floe.node.rpc.TlsCredentials;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.store.ContentStore;
import dev.floe.toolchain.ToolchainId;

/**
 * An executor behind a real port, with a workbench's toolchain and a store of its own; and a submitter's end of the
 * line.
 */
final class ExecutingNode implements AutoCloseable {
    private final Path jobs;
    private final JobLimits limits;
    private final EventLoops loops = new EventLoops(1);
    private final ContentStore store;
    private final SlotPool slots;
    private final Executor executor;
    private final PeerServer server;
    private final MeshKey mesh = MeshKey.create("home");
    private final PeerConnections submitter;
    private final Map<String, PeerConnections> others = new ConcurrentHashMap<>();
    private final List<ToolchainId> dropped = new CopyOnWriteArrayList<>();
    private volatile boolean draining;
    private volatile boolean paused;

    ExecutingNode(Workbench bench, Path directory, int slotCount) throws IOException {
        this(bench, directory, slotCount, bench.availability());
    }

    ExecutingNode(Workbench bench, Path directory, int slotCount, Sandbox.Availability sandbox) throws IOException {
        this(bench, directory, slotCount, sandbox, Workbench.LIMITS, ServerLimits.standard());
    }

    ExecutingNode(Workbench bench, Path directory, int slotCount, Sandbox.Availability sandbox, ServerLimits bounds)
            throws IOException {
        this(bench, directory, slotCount, sandbox, Workbench.LIMITS, bounds);
    }

    ExecutingNode(Workbench bench, Path directory, int slotCount, Sandbox.Availability sandbox, JobLimits limits)
            throws IOException {
        this(bench, directory, slotCount, sandbox, limits, ServerLimits.standard());
    }

    private ExecutingNode(Workbench bench, Path directory, int slotCount, Sandbox.Availability sandbox,
            JobLimits limits,
            ServerLimits bounds) throws IOException {
        this.limits = limits;
        jobs = directory.resolve("jobs");
        store = ContentStore.open(directory.resolve("executor-store"), 1 << 30);
        slots = new SlotPool(slotCount, () -> {});
        executor = new Executor(new Site(bench, sandbox), jobs);
        server = PeerServer.listen(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials("peer"), executor::serve, (_, _) -> {}, bounds);
        submitter = new PeerConnections(loops, Optional.of(credentials("peer")));
    }

    private TlsCredentials credentials(String node) {
        NodeIdentity identity = NodeIdentity.issue(mesh, node);
        return new TlsCredentials(identity.privateKey(), List.of(identity.certificate()), identity.trustManager());
    }

    private final class Site implements Executor.ExecutorDependencies, ToolchainProvider {
        private final Workbench bench;
        private final Sandbox.Availability sandbox;

        Site(Workbench bench, Sandbox.Availability sandbox) {
            this.bench = bench;
            this.sandbox = sandbox;
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
            return this;
        }

        @Override
        public JobLimits limits() {
            return limits;
        }

        @Override
        public Sandbox.Availability sandbox() {
            return sandbox;
        }

        @Override
        public Sandbox.Availability ownSandbox() {
            return sandbox;
        }

        @Override
        public Optional<Executor.ResultSink> keeper() {
            return Optional.empty();
        }

        @Override
        public WireState nextState() {
            SlotPool.SlotUsage use = executor.use();
            return new WireState(1, 1, use.free(), use.running(), use.waiting(), executor.queuedWork().toMillis(),
                    1L << 40, draining);
        }

        @Override
        public boolean draining() {
            return draining;
        }

        @Override
        public boolean paused() {
            return paused;
        }

        @Override
        public Optional<LocalToolchain> getIfPresent(ToolchainId id) {
            return id.equals(bench.toolchain().toolchain().id()) ? Optional.of(bench.toolchain()) : Optional.empty();
        }

        @Override
        public CompletableFuture<LocalToolchain> getOrFetch(ToolchainId id) {
            return id.hex().startsWith("0")
                    ? new CompletableFuture<>()
                    : CompletableFuture
                            .failedFuture(new IOException("no node of the mesh holds toolchain " + id.brief()));
        }

        @Override
        public void evict(LocalToolchain damaged) {
            dropped.add(damaged.toolchain().id());
        }
    }

    Executor executor() {
        return executor;
    }

    SlotPool slots() {
        return slots;
    }

    ContentStore store() {
        return store;
    }

    InetSocketAddress address() {
        return server.address();
    }

    Path jobs() {
        return jobs;
    }

    List<ToolchainId> dropped() {
        return dropped;
    }

    void pause(boolean value) {
        paused = value;
    }

    void drain() {
        draining = true;
    }

    MessageStream open() throws IOException {
        return new MessageStream(submitter.open(server.address(), PeerConnections.ConnectionClass.JOBS, "/job"));
    }

    MessageStream offer(Offer offer) throws IOException {
        return offered(open(), offer);
    }

    /** The same of a node with another certificate. */
    MessageStream offerAs(String node, Offer offer) throws IOException {
        PeerConnections connections = others.get(node);
        if (connections == null) {
            connections = new PeerConnections(loops, Optional.of(credentials(node)));
            others.put(node, connections);
        }
        return offered(
                new MessageStream(connections.open(server.address(), PeerConnections.ConnectionClass.JOBS, "/job")),
                offer);
    }

    private static MessageStream offered(MessageStream conversation, Offer offer) throws IOException {
        conversation.send(offer);
        conversation.flush();
        return conversation;
    }

    /** Offers, and sends what is missing from {@code contents} by path. */
    MessageStream submit(Offer offer, Map<String, String> contents) throws IOException {
        MessageStream conversation = offer(offer);
        for (int index : conversation.receive(OfferAnswer.class).missing()) {
            byte[] bytes = contents.getOrDefault(offer.inputs().get(index).path(), "?")
                    .getBytes(StandardCharsets.UTF_8);
            conversation.send(new InputBlobHeader(index, offer.inputs().get(index).size()));
            conversation.sendBlob(new ByteArrayInputStream(bytes), bytes.length);
        }
        conversation.finish();
        return conversation;
    }

    @Override
    public void close() throws IOException {
        others.values().forEach(PeerConnections::close);
        submitter.close();
        server.close();
        executor.close();
        store.close();
        loops.close();
    }
}

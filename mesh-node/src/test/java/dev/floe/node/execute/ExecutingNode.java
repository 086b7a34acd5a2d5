package dev.floe.node.execute;

import dev.floe.node.mesh.trust.Identity;
import dev.floe.node.mesh.trust.MeshKey;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Credentials;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.BlobFollows;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.node.wire.Loops;
import dev.floe.node.wire.PeerConnections;
import dev.floe.node.wire.PeerServer;
import dev.floe.node.wire.ServerBounds;
import dev.floe.store.ContentStore;
import dev.floe.toolchain.ToolchainId;
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

/** An executor behind a real port, with a workbench's toolchain and a store of its own; and a submitter's end of the line. */
final class ExecutingNode implements AutoCloseable {
    private final Path jobs;
    private final Limits limits;
    private final Loops loops = new Loops(1);
    private final ContentStore store;
    private final Slots slots;
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
        this(bench, directory, slotCount, sandbox, Workbench.LIMITS, ServerBounds.standard());
    }

    ExecutingNode(Workbench bench, Path directory, int slotCount, Sandbox.Availability sandbox, ServerBounds bounds)
            throws IOException {
        this(bench, directory, slotCount, sandbox, Workbench.LIMITS, bounds);
    }

    ExecutingNode(Workbench bench, Path directory, int slotCount, Sandbox.Availability sandbox, Limits limits)
            throws IOException {
        this(bench, directory, slotCount, sandbox, limits, ServerBounds.standard());
    }

    private ExecutingNode(Workbench bench, Path directory, int slotCount, Sandbox.Availability sandbox, Limits limits,
            ServerBounds bounds) throws IOException {
        this.limits = limits;
        jobs = directory.resolve("jobs");
        store = ContentStore.open(directory.resolve("executor-store"), 1 << 30);
        slots = new Slots(slotCount, () -> {});
        executor = new Executor(new Site(bench, sandbox), jobs);
        server = PeerServer.listen(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials("peer"), executor::serve, (_, _) -> {}, bounds);
        submitter = new PeerConnections(loops, Optional.of(credentials("peer")));
    }

    private Credentials credentials(String node) {
        Identity identity = Identity.issue(mesh, node);
        return new Credentials(identity.privateKey(), List.of(identity.certificate()), identity.trustManager());
    }

    private final class Site implements Executor.Site, Toolchains {
        private final Workbench bench;
        private final Sandbox.Availability sandbox;

        Site(Workbench bench, Sandbox.Availability sandbox) {
            this.bench = bench;
            this.sandbox = sandbox;
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
            return this;
        }

        @Override
        public Limits limits() {
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
        public Optional<Executor.Keeper> keeper() {
            return Optional.empty();
        }

        @Override
        public WireState state() {
            Slots.Use use = executor.use();
            return new WireState(1, 1, use.free(), use.running(), use.waiting(), executor.promised().toMillis(),
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
        public Optional<HeldToolchain> held(ToolchainId id) {
            return id.equals(bench.toolchain().toolchain().id()) ? Optional.of(bench.toolchain()) : Optional.empty();
        }

        @Override
        public CompletableFuture<HeldToolchain> obtain(ToolchainId id) {
            return id.hex().startsWith("0")
                    ? new CompletableFuture<>()
                    : CompletableFuture
                            .failedFuture(new IOException("no node of the mesh holds toolchain " + id.brief()));
        }

        @Override
        public void drop(HeldToolchain damaged) {
            dropped.add(damaged.toolchain().id());
        }
    }

    Executor executor() {
        return executor;
    }

    Slots slots() {
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

    Conversation open() throws IOException {
        return new Conversation(submitter.open(server.address(), PeerConnections.Lane.JOBS, "/job"));
    }

    Conversation offer(Offer offer) throws IOException {
        return offered(open(), offer);
    }

    /** The same of a node with another certificate. */
    Conversation offerAs(String node, Offer offer) throws IOException {
        PeerConnections connections = others.get(node);
        if (connections == null) {
            connections = new PeerConnections(loops, Optional.of(credentials(node)));
            others.put(node, connections);
        }
        return offered(new Conversation(connections.open(server.address(), PeerConnections.Lane.JOBS, "/job")), offer);
    }

    private static Conversation offered(Conversation conversation, Offer offer) throws IOException {
        conversation.send(offer);
        conversation.flush();
        return conversation;
    }

    /** Offers, and sends what is missing from {@code contents} by path. */
    Conversation submit(Offer offer, Map<String, String> contents) throws IOException {
        Conversation conversation = offer(offer);
        for (int index : conversation.receive(Answer.class).missing()) {
            byte[] bytes = contents.getOrDefault(offer.inputs().get(index).path(), "?")
                    .getBytes(StandardCharsets.UTF_8);
            conversation.send(new BlobFollows(index, offer.inputs().get(index).size()));
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

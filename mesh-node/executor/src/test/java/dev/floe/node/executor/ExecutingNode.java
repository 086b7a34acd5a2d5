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

import org.jspecify.annotations.Nullable;

import dev.floe.node.executor.admission.AdmissionController;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.ServerLimits;
import dev.floe.node.rpc.TlsCredentials;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.ToolchainId;

/**
 * An executor behind a real port, with a workbench's toolchain and a store of its own; and a submitter's end of the
 * line.
 */
final class ExecutingNode implements AutoCloseable {
    private static final long FREE_MEMORY = 1L << 40;

    private final Path jobs;
    private final EventLoops loops = EventLoops.started(1);
    private final ContentStore store;
    private final SlotPool slots;
    private final AdmissionController admission;
    private volatile @Nullable String diskTrouble; // null while nothing is wrong
    private final ExecutorMode mode;
    private final Executor executor;
    private final PeerServer server;
    private final MeshKey mesh = MeshKey.create("home");
    private final PeerConnections submitter;
    private final Map<String, PeerConnections> others = new ConcurrentHashMap<>();
    private final List<ToolchainId> dropped = new CopyOnWriteArrayList<>();

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
        jobs = directory.resolve("jobs");
        store = ContentStore.open(directory.resolve("executor-store"), 1 << 30);
        slots = new SlotPool(slotCount);
        admission = new AdmissionController(slots);
        mode = new ExecutorMode(LocalSandbox.of(sandbox), Optional.empty());
        executor = new Executor(jobs, new ExecutorResources(store, new OneToolchain(bench), slots, admission, limits,
                () -> FREE_MEMORY), mode, new ConstantReports(), Optional.empty());
        executor.start();
        server = PeerServer.listen(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials("peer"), executor::serve, (_, _) -> {}, bounds);
        submitter = new PeerConnections(loops, Optional.of(credentials("peer")));
    }

    private TlsCredentials credentials(String node) {
        NodeIdentity identity = NodeIdentity.issue(mesh, node);
        return new TlsCredentials(identity.keyManager(), identity.trustManager());
    }

    /** Has the workbench's toolchain, and never gets another. */
    private final class OneToolchain implements ToolchainProvider {
        private final Workbench bench;

        OneToolchain(Workbench bench) {
            this.bench = bench;
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

    /** Numbers every state alike. */
    private final class ConstantReports implements ExecutorReports {
        @Override
        public Optional<String> diskTrouble() {
            return Optional.ofNullable(diskTrouble);
        }

        @Override
        public WireState drawState() {
            SlotPool.SlotUsage use = admission.use();
            return new WireState(1, 1, use.free(), use.running(), use.waiting(), admission.queuedWork().toMillis(),
                    FREE_MEMORY, mode.isDraining());
        }

        @Override
        public void jobFailed() {
            // what has failed shows with the next job
        }
    }

    /** What is wrong with the disk from now on. */
    void setDiskTrouble(String why) {
        diskTrouble = why;
    }

    AdmissionController admission() {
        return admission;
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
        mode.setPaused(value);
    }

    void startDraining() {
        mode.startDraining();
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
        try {
            conversation.finish();
        } catch (StreamBrokenException _) {
            // it has answered before it had everything, as it does if it cannot run the job
        }
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

package dev.floe.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.audit.AuditFindings;
import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.bounds.AddressText;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.builds.BuildLog;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.executor.Executor;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.host.FloeVersion;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.host.NodeLifecycle;
import dev.floe.node.host.SettingChange;
import dev.floe.node.joblog.JobLog;
import dev.floe.node.membership.MembershipService;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.metrics.NodeMetrics;
import dev.floe.node.parts.CapacityParts;
import dev.floe.node.parts.SubmitterParts;
import dev.floe.node.reach.ReachMonitor;
import dev.floe.node.reach.ReachTest;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.submitter.NodeSocketServer;
import dev.floe.node.submitter.client.ClientCommands;
import dev.floe.node.submitter.schedule.MeshCapacity;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.node.substitute.SubstituteCompilerService;
import dev.floe.node.toolchains.LocalCompilerToolchains;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.node.toolchains.store.UnobservableToolchains;
import dev.floe.node.watch.MeshFeed;
import dev.floe.node.web.WebServer;
import dev.floe.store.changes.ChangeMonitorStats;
import dev.floe.store.content.ContentStore;

/**
 * One node. It is built as a whole, without side effects ({@link NodeGraph}); then its parts start in order, and stop
 * in the reverse order ({@link NodeLifecycle}). Its getters are for the command line's reports.
 */
public final class Node implements AutoCloseable {
    /** Floe's version, as peers see it: that of the POM. */
    public static final String VERSION = FloeVersion.read();

    private static final Logger LOG = LogManager.getLogger(Node.class);

    private volatile NodeConfig config; // replaced by reconfigure
    private final NodeGraph graph;
    private final NodeLifecycle lifecycle = new NodeLifecycle(NodeLifecycle.MAX_STOP);
    private volatile @Nullable LocalEndpoints endpoints; // null before open

    private Node(NodeGraph graph) {
        this.config = graph.config();
        this.graph = graph;
    }

    /**
     * Builds a node, which does nothing before it is started.
     *
     * @param wrapper the installed floe-cc; the sandbox runs it innermost
     * @throws IOException if what the configuration names cannot be read or used; the message names it and what to do
     */
    public static Node build(NodeConfig config, Path wrapper) throws IOException {
        return new Node(NodeGraph.build(config, wrapper));
    }

    /**
     * Starts all parts but those that {@link #open} starts. This node is in its mesh when it returns.
     *
     * @throws IOException if a directory or an address cannot be used; the message names it and what to do
     */
    public void start() throws IOException {
        lifecycle.start(graph.lifecycle());
    }

    /**
     * Begins to serve this machine's wrappers and the command line.
     *
     * @param control  answers requests
     * @param commands runs the command lines of clients
     */
    public void open(NodeSocketServer.Control control, ClientCommands commands) throws IOException {
        LocalEndpoints built = LocalEndpoints.build(graph, control, commands);
        endpoints = built;
        lifecycle.start(built.lifecycle());
        LOG.info("node={} listens group={} data={} slots={} executes={} socket={}", config.name(), config.listen(),
                graph.endpoint().server().map(PeerServer::address).map(AddressText::of).orElse("none"), config.slots(),
                sandbox() instanceof Sandbox.Availability.Available, config.socket());
    }

    /**
     * Takes no new jobs of other nodes, tells the mesh so, returns those that have not started, and waits until the
     * others have ended, but no longer than {@code limit}.
     */
    public void drain(Duration limit) {
        graph.below().capacity().mode().startDraining();
        graph.below().executor().publisher().publishState();
        int left = executor().drain(limit);
        if (left > 0) {
            LOG.info("node={} leaves with {} jobs of other nodes that have not ended within {} s", config.name(), left,
                    limit.toSeconds());
        }
    }

    /** Refuses new jobs of others until {@link #resume}; those that it has accepted continue. */
    public void pause() {
        graph.below().executor().publisher().setPaused(true);
    }

    /** Accepts jobs of others again. */
    public void resume() {
        graph.below().executor().publisher().setPaused(false);
    }

    /**
     * Applies those settings of a configuration that can change while the node runs; no job is lost. The others keep
     * their values until the node is started again.
     *
     * @return what is different
     * @throws IOException if the content store cannot remove what is too much
     */
    public synchronized List<SettingChange> reconfigure(NodeConfig wanted) throws IOException {
        List<SettingChange> changes = SettingChange.between(config, wanted);
        NodeConfig next = config.withLiveSettingsOf(wanted);
        config = next;
        SubmitterParts.Below parts = graph.below();
        parts.mesh().rename(next.name());
        parts.capacity().slots().resize(CapacityParts.slotCount(next));
        parts.capacity().mode().setDisabled(next.whyNot());
        graph.submitter().auditor().setPercent(next.audit());
        parts.executor().publisher().reconfigure(next);
        changes.forEach(change -> LOG.info("setting={} {}", change.name(), change.text()));
        parts.storage().store().resize(next.storeBytes());
        return changes;
    }

    @Override
    public void close() {
        lifecycle.close();
    }

    public String name() {
        return config.name();
    }

    /** What a node that serves says of itself. */
    public String readiness() {
        return "name=" + name() + " socket=" + config.socket() + " slots=" + config.slots();
    }

    public NodeConfig settings() {
        return config;
    }

    /** The mesh that this node joined when it started; empty if it is a mesh of itself. */
    public Optional<MeshKey> mesh() {
        return graph.below().mesh().token().map(JoinToken::key);
    }

    /** At which peers reach this node; the loopback's without a mesh. */
    public String address() {
        return graph.below().mesh().self().host();
    }

    public MeshGroup group() {
        return graph.below().mesh().group();
    }

    /** Invites, and rotates the key of the mesh; empty if this node is a mesh of itself. */
    public Optional<MembershipService> membership() {
        return graph.below().mesh().membershipService();
    }

    /** Where this node serves its page; empty if it serves none. */
    public Optional<String> webAddress() {
        return Optional.ofNullable(endpoints).flatMap(LocalEndpoints::page).map(WebServer::address)
                .map(address -> "http://" + AddressText.of(address) + "/");
    }

    /** The mesh as it is watched through this node. */
    public MeshFeed watcher() {
        return graph.watch().watcher();
    }

    /** Whom this node reaches. */
    public ReachMonitor reach() {
        return graph.below().mesh().reach();
    }

    /** Whether this node or a peer holds connections open to the other, because that cannot connect to it. */
    public boolean isReversed(InetSocketAddress peer) {
        return graph.below().mesh().connections().isReversed(peer)
                || graph.endpoint().server().map(it -> it.reverseConnector().isHeld(peer)).orElse(false);
    }

    /** Tests the connections to peers. */
    public ReachTest reachTest() {
        return graph.watch().reach();
    }

    /** How wide builds of this machine may be. */
    public MeshCapacity capacity() {
        return graph.submitter().capacity();
    }

    /** How the inputs of this machine's compiles are watched. */
    public ChangeMonitorStats changes() {
        return graph.submitter().submitter().changes().stats();
    }

    public Executor executor() {
        return graph.below().executor().executor();
    }

    /** Jobs that run here and wait, those included that were accepted and have not reached the slots. */
    public SlotPool.SlotUsage slotUsage() {
        return graph.below().capacity().admission().use();
    }

    SlotPool slots() {
        return graph.below().capacity().slots();
    }

    public ToolchainStore toolchainStore() {
        return graph.below().toolchains().store();
    }

    public LocalCompilerToolchains toolchains() {
        return graph.below().toolchains().local();
    }

    public UnobservableToolchains gaps() {
        return graph.below().toolchains().gaps();
    }

    public SubstituteCompilerService standIns() {
        return graph.below().toolchains().substitutes();
    }

    public ContentStore store() {
        return graph.below().storage().store();
    }

    /** The sandbox, or why this node does not execute for others. */
    public Sandbox.Availability sandbox() {
        return graph.below().capacity().mode().sandbox();
    }

    /** The sandbox for this node's own jobs. */
    public Sandbox.Availability ownSandbox() {
        return graph.below().capacity().mode().ownSandbox();
    }

    boolean paused() {
        return graph.below().capacity().mode().isPaused();
    }

    public ResultAuditor audits() {
        return graph.submitter().auditor();
    }

    /** What audits have found on this node. */
    public AuditFindings findings() {
        return graph.below().cache().findings();
    }

    public MeshCache cache() {
        return graph.below().cache().cache();
    }

    public Set<CacheMode> cacheUses() {
        return config.cache();
    }

    public SubmitterScheduler scheduler() {
        return graph.submitter().scheduler();
    }

    public NodeMetrics metrics() {
        return graph.watch().metrics();
    }

    public JobLog log() {
        return graph.below().storage().log();
    }

    public BuildGroups builds() {
        return graph.submitter().builds();
    }

    /** What became of the builds of this node. */
    public BuildLog buildLog() {
        return graph.below().storage().builds();
    }
}

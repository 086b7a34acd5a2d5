package dev.floe.node.parts;

import java.util.Optional;
import java.util.stream.Stream;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.LockRank;
import dev.floe.node.bounds.OrderedLock;
import dev.floe.node.executor.ExecutorMode;
import dev.floe.node.executor.ExecutorReports;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.host.NodeStateSampler;
import dev.floe.node.host.OwnNodeInfo;
import dev.floe.node.host.StorageWatch;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.reach.ReachMonitor;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.toolchains.store.ToolchainStore;

/** Tells the mesh what this node has and what it is doing. Thread-safe. */
public final class NodePublisher implements ExecutorReports {
    private static final Logger LOG = LogManager.getLogger(NodePublisher.class);

    private volatile NodeConfig config;
    private final OwnNodeInfo self;
    private final MeshGroup group;
    private final Optional<MeshTrust> trust;
    private final ExecutorMode mode;
    private final NodeStateSampler state;
    private final ToolchainStore toolchains;
    private final StorageWatch storage;
    private final ReachMonitor reach;
    /** Held from the look at what this node has to its publication, so that no older look is published last. */
    private final OrderedLock publishing = new OrderedLock(LockRank.NODE_RECORD);
    private volatile @Nullable NodeCapabilities published; // the last; null before the first
    private volatile boolean dialsOut; // what was published

    NodePublisher(NodeConfig config, MeshParts mesh, CapacityParts capacity, ToolchainStore toolchains,
            StorageWatch storage) {
        this.config = config;
        this.self = mesh.own();
        this.group = mesh.group();
        this.trust = mesh.trust();
        trust.ifPresent(it -> it.onChange(() -> Thread.ofVirtual().name("floe-publish").start(this::publishInfo)));
        this.mode = capacity.mode();
        this.state = new NodeStateSampler(capacity.admission(), capacity.mode());
        this.toolchains = toolchains;
        this.storage = storage;
        this.reach = mesh.reach();
    }

    /** Publishes what this node has for others, by a changed configuration. */
    public void reconfigure(NodeConfig changed) {
        config = changed;
        publishInfo();
        publishState();
    }

    /** Publishes what this node has for others. */
    public void publishInfo() {
        publishing.lock();
        try {
            NodeCapabilities now = offering();
            NodeInfo plain = self.get();
            NodeInfo info = dialsOut
                    ? plain.with(Stream.concat(plain.features().stream(), Stream.of(NodeFeature.DIALS_OUT)).toList())
                    : plain;
            group.publish(trust.map(it -> it.prove(info)).orElse(info).offering(now));
            published = now;
        } finally {
            publishing.unlock();
        }
    }

    /** Publishes whether peers cannot connect to this node, if that is new. */
    void setDialsOut(boolean value) {
        if (dialsOut != value) {
            dialsOut = value;
            publishInfo();
        }
    }

    private NodeCapabilities offering() {
        return MeshSetup.offering(config, mode.sandbox(), mode.isPaused(), toolchains, reach.words());
    }

    /** Publishes what this node is doing. */
    public void publishState() {
        group.publish(state);
    }

    /** Looks at what changes suddenly, and publishes it if it is different now: whom this node reaches, a full disk. */
    void checkOften() {
        reach.look();
        if (storage.isLow() || storage.trouble().isPresent()) {
            checkStorage();
        }
        NodeCapabilities before = published;
        if (before != null && !offering().equals(before)) {
            publishInfo();
        }
    }

    /** Looks whether the disk can be written to, and publishes whatever is different now. */
    void refresh() {
        checkStorage();
        if (!offering().equals(published)) {
            publishInfo(); // a trouble has come or gone
        }
        publishState();
    }

    private boolean checkStorage() {
        boolean changed = storage.look();
        mode.setTrouble(storage.trouble());
        return changed;
    }

    /** Refuses new jobs of others, or accepts them again; those that were accepted continue. */
    public void setPaused(boolean value) {
        mode.setPaused(value);
        LOG.info("node={} paused={}", config.name(), value);
        publishInfo();
    }

    @Override
    public WireState drawState() {
        return NodeStateSampler.toWire(state.snapshot(group::nextStamp));
    }

    @Override
    public Optional<String> diskTrouble() {
        jobFailed();
        return storage.trouble();
    }

    @Override
    public void jobFailed() {
        if (checkStorage()) {
            publishInfo();
        }
    }
}

package dev.floe.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import dev.floe.command.discovery.CompileInputDiscovery;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.node.cacheserver.CacheServers;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.parts.CacheParts;
import dev.floe.node.parts.CapacityParts;
import dev.floe.node.parts.ExecutorParts;
import dev.floe.node.parts.MeshParts;
import dev.floe.node.parts.NodeRefresh;
import dev.floe.node.parts.PeerEndpoint;
import dev.floe.node.parts.StorageParts;
import dev.floe.node.parts.SubmitterParts;
import dev.floe.node.parts.ToolchainParts;
import dev.floe.node.parts.WatchParts;
import dev.floe.node.submitter.LocalFileKnowledge;
import dev.floe.node.submitter.NodeSocketServer;
import dev.floe.node.submitter.SavedKnowledge;
import dev.floe.store.FileDigestCache;
import dev.floe.store.changes.FileChangeMonitor;

/**
 * All parts of a node, built and connected, in the order in which they stand on each other. To build them has no side
 * effect: no thread, no socket, no file. {@link #lifecycle} is the order in which they start.
 */
record NodeGraph(NodeConfig config, Path wrapper, SubmitterParts.Below below, SubmitterParts submitter,
        WatchParts watch, NetworkServers servers) {
    private static final int REMEMBERED_FILES = 100_000;
    private static final Duration REFRESH = Duration.ofSeconds(10);

    /** What listens on the network: for peers, and for the protocols of other caches. */
    record NetworkServers(PeerEndpoint endpoint, CacheServers caches) {}

    /**
     * @param wrapper the installed floe-cc; the sandbox runs it innermost
     * @throws IOException if what the configuration names cannot be read or used
     */
    static NodeGraph build(NodeConfig config, Path wrapper) throws IOException {
        InstantSource clock = Clock.systemUTC();
        DirectoryListingCache directories = new DirectoryListingCache(clock);
        CompileInputDiscovery discovery = new CompileInputDiscovery(clock, directories);
        FileDigestCache digests = new FileDigestCache(REMEMBERED_FILES);
        LocalFileKnowledge files = new LocalFileKnowledge(digests, discovery, directories,
                new FileChangeMonitor(HashedNameSet::hash, clock),
                new SavedKnowledge(config.dataDir(), digests, discovery.texts()));
        StorageParts storage = StorageParts.build(config);
        MeshParts mesh = MeshParts.build(config, clock);
        CapacityParts capacity = CapacityParts.build(config);
        ToolchainParts toolchains = ToolchainParts.build(storage, mesh, capacity, files, clock);
        CacheParts cache = CacheParts.build(config, storage, mesh);
        ExecutorParts executor = ExecutorParts.build(config, storage, mesh, capacity, toolchains, cache);
        SubmitterParts.Below below = new SubmitterParts.Below(storage, mesh, capacity, toolchains, cache, executor);
        SubmitterParts submitter = SubmitterParts.build(config, below, files, clock);
        WatchParts watch = WatchParts.build(config, below, submitter, clock);
        CacheServers cacheServers = new CacheServers(config.cacheServers().within(config.storeBytes()),
                storage.data().resolve("incoming"), mesh.loops(), new MeshKeyValueStore(cache.cache(), storage.store(),
                        mesh.self().id().toString(), config.cache()));
        return new NodeGraph(config, wrapper, below, submitter, watch,
                new NetworkServers(PeerEndpoint.build(below, submitter, watch), cacheServers));
    }

    PeerEndpoint endpoint() {
        return servers.endpoint();
    }

    /** The order in which the parts start; they stop in the reverse order. */
    List<LifecyclePart> lifecycle() {
        List<LifecyclePart> parts = new ArrayList<>();
        parts.add(LifecyclePart.starting("free socket", () -> NodeSocketServer.refuseIfTaken(config.socket())));
        parts.add(submitter.timer());
        MeshParts.Membership membership = below.mesh().membership();
        parts.add(below.storage().directory());
        parts.add(membership.search());
        parts.addAll(below.storage().lifecycle());
        parts.addAll(below.capacity().lifecycle(config, wrapper));
        parts.addAll(below.mesh().transport());
        parts.addAll(below.toolchains().lifecycle());
        parts.addAll(below.executor().lifecycle());
        parts.addAll(endpoint().lifecycle());
        parts.add(below.mesh().identity(config));
        parts.add(membership.joined());
        below.mesh().membershipService().ifPresent(
                it -> parts.add(new LifecyclePart("membership", () -> it.start(submitter.timeouts()), it::close)));
        parts.addAll(below.cache().lifecycle());
        parts.addAll(submitter.notification(config));
        parts.addAll(submitter.lifecycle());
        parts.addAll(watch.lifecycle());
        parts.add(LifecyclePart.starting("announcement", this::publish));
        parts.add(refresh());
        parts.add(new LifecyclePart("cache servers", servers.caches()::start, servers.caches()::close));
        return parts;
    }

    private void publish() {
        below.executor().publisher().publishInfo();
        below.executor().publisher().publishState();
    }

    private LifecyclePart refresh() {
        NodeRefresh refresh = new NodeRefresh(below, endpoint(), submitter.scheduler(), submitter.timeouts(), REFRESH);
        return new LifecyclePart("refresh", refresh::start, refresh::close);
    }
}

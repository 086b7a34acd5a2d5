package dev.floe.node.parts;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.host.NodeSampler;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.metrics.NodeMetrics;
import dev.floe.node.reach.ReachTest;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.watch.MeshWatcher;
import dev.floe.node.watch.WatchServer;

/**
 * What shows this node and its mesh to people and tools.
 *
 * @param server  serves peers that watch this node
 * @param watcher watches the mesh for those who look at it through this node
 * @param reach   tests the connections to peers
 */
public record WatchParts(WatchServer server, MeshWatcher watcher, NodeMetrics metrics, ReachTest reach) {
    private static final Duration WATCHER_LINGERS = Duration.ofSeconds(10);

    public static WatchParts build(NodeConfig config, SubmitterParts.Below below, SubmitterParts submitter,
            InstantSource clock) {
        StorageParts storage = below.storage();
        MeshParts mesh = below.mesh();
        ResultAuditor auditor = submitter.auditor();
        TimeoutScheduler timeouts = submitter.timeouts();
        NodeSampler sampler = new NodeSampler(storage.log(), below.executor().executor(),
                below.capacity().admission());
        Optional<MeshKey> key = mesh.token().map(JoinToken::key);
        // The watcher knows neither how streams to peers are opened nor how time is measured.
        MeshWatcher watcher = new MeshWatcher(
                () -> new MeshWatcher.Names(mesh.own().name(), key.map(MeshKey::name).orElse(""),
                        key.map(MeshKey::id).orElse("")),
                new MeshWatcher.OwnJobs(storage.log(), sampler), mesh.group()::roster,
                peer -> mesh.connections().open(peer, PeerConnections.ConnectionClass.BULK, "/watch"), clock,
                stop -> timeouts.after(WATCHER_LINGERS, stop));
        mesh.group().onChange(watcher::rosterChanged);
        return new WatchParts(new WatchServer(storage.log(), sampler), watcher,
                new NodeMetrics(new LiveNodeReadings(below, auditor), storage.log()),
                // What was found out before does not count in a test.
                new ReachTest(mesh.group()::roster, peer -> mesh.connections().retry(
                        new InetSocketAddress(peer.host(), peer.dataPort()), PeerConnections.ConnectionClass.BULK,
                        PeerEndpoint.REACH), clock));
    }

    public List<LifecyclePart> lifecycle() {
        return List.of(LifecyclePart.stopping("mesh watcher", watcher::close),
                LifecyclePart.stopping("metrics", metrics::close));
    }
}

package dev.floe.node.parts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.node.host.LifecyclePart;
import dev.floe.node.membership.RotationExchange;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.transport.RejectedConnections;
import dev.floe.node.reach.ReachService;
import dev.floe.node.reach.ReverseReachMonitor;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.toolchains.store.ToolchainFileServer;
import dev.floe.node.toolchains.store.ToolchainFileTransfer;
import dev.floe.node.toolchains.store.ToolchainTransfer;

/**
 * Where peers reach this node; nowhere, if it is a mesh of itself.
 *
 * @param reverse finds the peers that cannot connect to it
 */
public record PeerEndpoint(Optional<PeerServer> server, ReverseReachMonitor reverse, MeshGroup group) {
    static final String REACH = "/reach";

    public static PeerEndpoint build(SubmitterParts.Below below, SubmitterParts submitter, WatchParts watch)
            throws IOException {
        MeshParts mesh = below.mesh();
        MeshGroup group = mesh.group();
        ReverseReachMonitor reverse = new ReverseReachMonitor(group::roster, watch.reach()::reachesThisNode,
                task -> Thread.ofVirtual().name("floe-reverse").start(task), System::nanoTime);
        if (mesh.credentials().isEmpty()) {
            return new PeerEndpoint(Optional.empty(), reverse, group);
        }
        NodeInfo self = mesh.self();
        PeerServer server = new PeerServer(mesh.loops(),
                new InetSocketAddress(InetAddress.getByName(self.host()), self.dataPort()), mesh.credentials().get(),
                router(below, submitter, watch), refusals(group.refusals()));
        server.acceptReverse(mesh.connections());
        return new PeerEndpoint(Optional.of(server), reverse, group);
    }

    private static PeerServer.HandshakeFailureListener refusals(RejectedConnections rejected) {
        return new PeerServer.HandshakeFailureListener() {
            @Override
            public void refused(@Nullable SocketAddress peer, String reason) {
                rejected.add("data", peer, reason);
            }

            @Override
            public void ended(@Nullable SocketAddress peer, String reason) {
                rejected.addAborted("data", peer, reason);
            }
        };
    }

    /**
     * Holds connections to the peers that cannot connect to this node; to be called about every second.
     *
     * @return whether peers cannot connect to this node
     */
    boolean lookForReverse() {
        Set<InetSocketAddress> wanted = reverse.look();
        server.ifPresent(it -> it.reverseConnector().hold(wanted));
        boolean dialsOut = reverse.dialsOut();
        if (dialsOut) {
            Thread.ofVirtual().name("floe-hand-over").start(group::handOverCoordination);
        }
        return dialsOut;
    }

    private static PeerRequestRouter router(SubmitterParts.Below below, SubmitterParts submitter, WatchParts watch) {
        ToolchainParts toolchains = below.toolchains();
        RotationExchange members = below.mesh().membershipService().orElseThrow().exchange();
        return new PeerRequestRouter(Map.of(
                PeerRequestRouter.JOB, below.executor().executor()::serve,
                "/toolchain", exchange -> ToolchainTransfer.serveToolchain(exchange, toolchains.store()),
                ToolchainFileTransfer.PATH, exchange -> ToolchainFileServer.serve(exchange, toolchains.store()),
                "/blob", exchange -> ToolchainTransfer.serveBlob(exchange, toolchains.store(), below.storage().store()),
                "/stand-in", toolchains.substitutes()::serve,
                REACH, new ReachService(below.mesh().group()::roster, InstantSource.system())::serve,
                RotationExchange.PATH, members::serve, RotationExchange.MEMBERS_PATH, members::serveMembers,
                "/watch", watch.server()::serve,
                "/report", submitter.auditor()::receiveReport), below.cache().cache());
    }

    public List<LifecyclePart> lifecycle() {
        return server.map(listening -> List.of(
                new LifecyclePart("peer server", listening::start, listening::close))).orElse(List.of());
    }
}

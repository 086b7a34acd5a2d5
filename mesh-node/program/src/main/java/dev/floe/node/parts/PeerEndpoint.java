package dev.floe.node.parts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.host.LifecyclePart;
import dev.floe.node.membership.RotationExchange;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.transport.RejectedConnections;
import dev.floe.node.reach.ReachService;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.toolchains.store.ToolchainFileTransfer;
import dev.floe.node.toolchains.store.ToolchainTransfer;

/** Where peers reach this node; nowhere, if it is a mesh of itself. */
public record PeerEndpoint(Optional<PeerServer> server) {
    static final String REACH = "/reach";

    public static PeerEndpoint build(SubmitterParts.Below below, SubmitterParts submitter, WatchParts watch)
            throws IOException {
        MeshParts mesh = below.mesh();
        if (mesh.credentials().isEmpty()) {
            return new PeerEndpoint(Optional.empty());
        }
        NodeInfo self = mesh.self();
        MeshGroup group = mesh.group();
        return new PeerEndpoint(Optional.of(new PeerServer(mesh.loops(),
                new InetSocketAddress(InetAddress.getByName(self.host()), self.dataPort()), mesh.credentials().get(),
                router(below, submitter, watch), refusals(group.refusals()))));
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

    private static PeerRequestRouter router(SubmitterParts.Below below, SubmitterParts submitter, WatchParts watch) {
        ToolchainParts toolchains = below.toolchains();
        RotationExchange members = below.mesh().membershipService().orElseThrow().exchange();
        return new PeerRequestRouter(Map.of(
                PeerRequestRouter.JOB, below.executor().executor()::serve,
                "/toolchain", exchange -> ToolchainTransfer.serveToolchain(exchange, toolchains.store()),
                ToolchainFileTransfer.PATH, exchange -> ToolchainFileTransfer.serve(exchange, toolchains.store()),
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

package dev.floe.node.parts;

import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import dev.floe.node.host.BackgroundStart;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.host.NodeIdFile;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.reach.ReachMonitor;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.TlsCredentials;

/**
 * This node as a member of its mesh, and its connections to the others.
 *
 * @param token       of the mesh; empty if this node is a mesh of itself
 * @param credentials of this node in the mesh; empty without a token
 * @param self        this node, before it has published what it offers
 */
public record MeshParts(Optional<JoinToken> token, Optional<TlsCredentials> credentials, NodeInfo self,
        DataPlane data, MeshGroup group) {
    /** The connections to peers, and what is known of the ways to them. */
    record DataPlane(EventLoops loops, PeerConnections connections, ReachMonitor reach) {}

    private static final int EVENT_LOOPS = 2;

    /** @throws IOException if the mesh key or the node's id cannot be read, or an address cannot be found */
    public static MeshParts build(NodeConfig config, InstantSource clock) throws IOException {
        Optional<JoinToken> token = MeshSetup.token(config);
        Optional<NodeIdentity> identity = token.map(mesh -> NodeIdentity.issue(mesh.key(), config.name()));
        Optional<TlsCredentials> credentials = identity.map(MeshSetup::credentials);
        InetAddress address = MeshSetup.address(config.listen(), token.isPresent());
        EventLoops loops = new EventLoops(EVENT_LOOPS);
        PeerConnections connections = new PeerConnections(loops, credentials);
        MeshGroup group = MeshSetup.group(config, token, identity, address);
        return new MeshParts(token, credentials, MeshSetup.info(config, address, clock),
                new DataPlane(loops, connections,
                        new ReachMonitor(group::roster, connections, group::silentMembers)),
                group);
    }

    public EventLoops loops() {
        return data.loops();
    }

    public PeerConnections connections() {
        return data.connections();
    }

    /** Whom this node reaches. */
    public ReachMonitor reach() {
        return data.reach();
    }

    public LifecyclePart identity(NodeConfig config) {
        return LifecyclePart.starting("node id", () -> NodeIdFile.write(config.dataDir(), self.id()));
    }

    public List<LifecyclePart> transport() {
        return List.of(new LifecyclePart("event loops", loops()::start, loops()::close),
                LifecyclePart.stopping("connections to peers", connections()::close));
    }

    /**
     * Two parts: the search for the mesh, which begins early and waits for others, and the membership. To leave the
     * group is part of both, because a node whose start fails between them must leave it too.
     */
    public Membership membership() {
        BackgroundStart join = new BackgroundStart("mesh", group::start);
        return new Membership(new LifecyclePart("mesh search", () -> {
            if (token.isPresent()) {
                MeshSetup.requirePorts(self);
            }
            join.begin();
        }, () -> {
            join.awaitEnd();
            group.close();
        }),
                new LifecyclePart("mesh", join::await, group::close));
    }

    /** The parts of {@link #membership}. */
    public record Membership(LifecyclePart search, LifecyclePart joined) {}
}

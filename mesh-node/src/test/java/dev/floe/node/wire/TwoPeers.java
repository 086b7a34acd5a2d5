package dev.floe.node.wire;

import dev.floe.node.mesh.trust.Identity;
import dev.floe.node.mesh.trust.MeshKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A server and a client of one mesh on loopback, each with event loops of its own. */
final class TwoPeers implements AutoCloseable {
    private final MeshKey mesh = MeshKey.create("home");
    private final Loops serverLoops = new Loops(1);
    private final Loops clientLoops = new Loops(1);
    private final AtomicInteger refused = new AtomicInteger();
    private final PeerServer server;
    private final PeerConnections client;

    TwoPeers(PeerServer.Service service) throws IOException {
        this(service, ServerBounds.standard());
    }

    TwoPeers(PeerServer.Service service, ServerBounds bounds) throws IOException {
        server = PeerServer.listen(serverLoops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials(mesh, "server"),
                service, (_, _) -> refused.incrementAndGet(), bounds);
        client = new PeerConnections(clientLoops, Optional.of(credentials(mesh, "client")));
    }

    static Credentials credentials(MeshKey mesh, String name) {
        Identity identity = Identity.issue(mesh, name);
        return new Credentials(identity.privateKey(), List.of(identity.certificate()), identity.trustManager());
    }

    MeshKey mesh() {
        return mesh;
    }

    /** Strangers turned away by the server. */
    int refused() {
        return refused.get();
    }

    PeerServer server() {
        return server;
    }

    PeerConnections client() {
        return client;
    }

    Exchange open(String path) throws IOException {
        return open(server.address(), path);
    }

    Exchange open(InetSocketAddress way, String path) throws IOException {
        return client.open(way, PeerConnections.Lane.JOBS, path);
    }

    void endTheServer() {
        server.close();
        serverLoops.close();
    }

    @Override
    public void close() {
        client.close();
        clientLoops.close();
        endTheServer();
    }
}

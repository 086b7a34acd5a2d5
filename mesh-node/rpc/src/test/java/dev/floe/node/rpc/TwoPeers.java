package dev.floe.node.rpc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.rpc.stream.PeerStream;

/** A server and a client of one mesh on loopback, each with event loops of its own. */
public final class TwoPeers implements AutoCloseable {
    private final MeshKey mesh;
    private final EventLoops serverLoops = EventLoops.started(1);
    private final EventLoops clientLoops = EventLoops.started(1);
    private final AtomicInteger refused = new AtomicInteger();
    private final PeerServer server;
    private final PeerConnections client;

    public TwoPeers(PeerServer.Service service) throws IOException {
        this(service, ServerLimits.standard());
    }

    public TwoPeers(PeerServer.Service service, ServerLimits bounds) throws IOException {
        this(MeshKey.create("home"), service, bounds);
    }

    TwoPeers(MeshKey mesh, PeerServer.Service service, ServerLimits bounds) throws IOException {
        this.mesh = mesh;
        server = PeerServer.listen(serverLoops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials(mesh, "server"),
                service, (_, _) -> refused.incrementAndGet(), bounds);
        client = new PeerConnections(clientLoops, Optional.of(credentials(mesh, "client")));
    }

    static TlsCredentials credentials(MeshKey mesh, String name) {
        NodeIdentity identity = NodeIdentity.issue(mesh, name);
        return new TlsCredentials(identity.keyManager(), identity.trustManager());
    }

    MeshKey mesh() {
        return mesh;
    }

    /** Strangers turned away by the server. */
    int refused() {
        return refused.get();
    }

    public PeerServer server() {
        return server;
    }

    public PeerConnections client() {
        return client;
    }

    public PeerStream open(String path) throws IOException {
        return open(server.address(), path);
    }

    public PeerStream open(InetSocketAddress way, String path) throws IOException {
        return client.open(way, PeerConnections.ConnectionClass.JOBS, path);
    }

    /** Keeps the client's event loop busy. */
    public void holdClientLoop(CountDownLatch until) {
        clientLoops.group().next().execute(() -> {
            try {
                until.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    public void endTheServer() {
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

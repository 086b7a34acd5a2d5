package dev.floe.node.cache.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;

/** The cache's conversations with peers, and its small errands to the index, each on a virtual thread. Thread-safe. */
public final class PeerCalls implements AutoCloseable {
    private static final int ERRANDS = 256;

    private final PeerConnections connections;
    private final Set<PeerCall<?>> open = ConcurrentHashMap.newKeySet();
    private final Semaphore errands = new Semaphore(ERRANDS);
    private volatile boolean closed; // once set, no call begins

    public PeerCalls(PeerConnections connections) {
        this.connections = connections;
    }

    /** Begins to talk to a peer; does not block. */
    public <T> PeerCall<T> begin(Peer peer, ConnectionClass lane, String path, PeerCall.Talk<T> talk) {
        PeerCall<T> call = new PeerCall<>(peer);
        InetSocketAddress address = address(peer);
        open.add(call);
        Thread.ofVirtual().name("floe-cache " + path + " " + peer.info().name()).start(() -> {
            try {
                call.run(() -> {
                    if (closed) {
                        throw new IOException("this node is closing");
                    }
                    return connections.open(address, lane, path);
                }, talk);
            } finally {
                open.remove(call);
            }
        });
        return call;
    }

    /** Whether nothing is known against the way to a peer. */
    boolean isReachable(Peer peer) {
        return connections.reachability().reason(address(peer)).isEmpty();
    }

    private static InetSocketAddress address(Peer peer) {
        return new InetSocketAddress(peer.info().host(), peer.info().dataPort());
    }

    /** Does something brief that nobody waits for, and that may be left undone if too much is under way. */
    public void runDetached(Runnable task) {
        if (!closed && errands.tryAcquire()) {
            Thread.ofVirtual().name("floe-cache errand").start(() -> {
                try {
                    task.run();
                } finally {
                    errands.release();
                }
            });
        }
    }

    /** Gives up all conversations. */
    @Override
    public void close() {
        closed = true;
        open.forEach(PeerCall::close);
    }
}

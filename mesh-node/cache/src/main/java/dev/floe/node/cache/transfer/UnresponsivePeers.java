package dev.floe.node.cache.transfer;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import dev.floe.node.bounds.Backoff;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.Peer;

/**
 * Peers that did not answer a moment ago, so that only one caller in a while waits for each of them in vain.
 * Thread-safe.
 */
public final class UnresponsivePeers {
    private static final Backoff RESPONSIVE = Backoff.fixed(Duration.ofSeconds(5));

    private final LongSupplier nanoClock;
    private final Map<NodeId, Backoff> failed = new ConcurrentHashMap<>();

    public UnresponsivePeers(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    public void add(Peer peer) {
        failed.put(peer.info().id(), RESPONSIVE.failed(nanoClock.getAsLong()));
    }

    public boolean contains(Peer peer) {
        NodeId id = peer.info().id();
        Backoff backoff = failed.get(id);
        if (backoff == null) {
            return false;
        }
        boolean isPaused = backoff.isPaused(nanoClock.getAsLong());
        if (!isPaused) {
            failed.remove(id, backoff);
        }
        return isPaused;
    }
}

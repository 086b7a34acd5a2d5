package dev.floe.node.cache;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.Peer;

/**
 * Peers that did not answer a moment ago, so that only one caller in a while waits for each of them in vain.
 * Thread-safe.
 */
final class UnresponsivePeers {
    private static final long NANOS = Duration.ofSeconds(5).toNanos();

    private final LongSupplier nanoClock;
    private final Map<NodeId, Long> since = new ConcurrentHashMap<>();

    UnresponsivePeers(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    void add(Peer peer) {
        since.put(peer.info().id(), nanoClock.getAsLong());
    }

    boolean contains(Peer peer) {
        Long at = since.get(peer.info().id());
        if (at == null) {
            return false;
        }
        if (nanoClock.getAsLong() - at < NANOS) {
            return true;
        }
        since.remove(peer.info().id(), at);
        return false;
    }
}

package dev.floe.node.rpc;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import dev.floe.node.bounds.Backoff;

/**
 * The peers that this node cannot reach at the moment, by the address of their data plane. Nobody waits for such a
 * peer: calls to it fail at once, and it is tried again in the background, after pauses that grow up to {@link
 * #MAX_PAUSE}. Others may reach it. Thread-safe.
 */
public final class PeerReachability {
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    /** A link that works again is in use again within this time. */
    static final Duration MAX_PAUSE = Duration.ofSeconds(4);
    private static final int MAX_PEERS = 4096;

    private final LongSupplier nanoClock;
    private final Map<InetSocketAddress, Outage> outages = new ConcurrentHashMap<>();

    PeerReachability(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Why a peer counts as unreachable, and when it is tried again. */
    private record Outage(String reason, Backoff backoff) {}

    /** The peer did not answer in time, or fell silent. */
    public void failed(InetSocketAddress peer, String reason) {
        if (outages.size() >= MAX_PEERS && !outages.containsKey(peer)) {
            return;
        }
        long now = nanoClock.getAsLong();
        outages.compute(peer, (_, known) -> {
            Backoff before = known == null ? Backoff.doubling(FIRST_PAUSE, MAX_PAUSE) : known.backoff();
            return known != null && before.isPaused(now) ? known : new Outage(reason, before.failed(now));
        });
    }

    void reached(InetSocketAddress peer) {
        outages.remove(peer);
    }

    /** Why the peer cannot be reached; empty if it can, or nobody has tried. */
    public Optional<String> reason(InetSocketAddress peer) {
        return Optional.ofNullable(outages.get(peer)).map(Outage::reason);
    }

    /** The peers whose pause is over. */
    List<InetSocketAddress> due() {
        long now = nanoClock.getAsLong();
        return outages.entrySet().stream().filter(outage -> !outage.getValue().backoff().isPaused(now))
                .map(Map.Entry::getKey).toList();
    }

    /** Forgets peers that have left the mesh. */
    void retain(Predicate<InetSocketAddress> members) {
        outages.keySet().removeIf(members.negate());
    }
}

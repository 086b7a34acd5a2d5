package dev.floe.node.mesh.transport;

import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.AddressText;

/**
 * Counts those that were turned away at a port of this node, and logs each address at most once a minute. Thread-safe.
 */
public final class RejectedConnections {
    private static final Logger LOG = LogManager.getLogger(RejectedConnections.class);
    private static final int MAX_ADDRESSES = 256;
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoClock;

    // All below is guarded by this.
    private final Map<String, Long> loggedAt = new LinkedHashMap<>();
    private long count;
    private @Nullable RejectedConnection last;

    public RejectedConnections(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** How many there were since the start of the node. */
    public synchronized long count() {
        return count;
    }

    /** The latest. */
    public synchronized Optional<RejectedConnection> last() {
        return Optional.ofNullable(last);
    }

    /** Counts one; {@code port} says in a word which of the node's ports it was. */
    public void add(String port, @Nullable SocketAddress remote, String reason) {
        String address = AddressText.of(remote);
        String host = address.replaceFirst(":[0-9]+$", "");
        long now = nanoClock.getAsLong();
        boolean loud;
        synchronized (this) {
            count++;
            last = new RejectedConnection(address, reason, now);
            Long before = loggedAt.remove(host);
            loud = before == null || now - before >= QUIET_NANOS;
            loggedAt.put(host, before == null || loud ? now : before);
            if (loggedAt.size() > MAX_ADDRESSES) {
                loggedAt.remove(loggedAt.keySet().iterator().next());
            }
        }
        if (loud) {
            LOG.warn("refused port={} peer={} reason=\"{}\"", port, address, reason);
        } else {
            LOG.debug("refused port={} peer={} reason=\"{}\"", port, address, reason);
        }
    }
}

package dev.floe.node.mesh.transport;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.bounds.RateLimitedLogger;

/**
 * Counts those that were turned away at a port of this node, and logs each address at most once a minute. Counts those
 * that ended by themselves too, which may have been members. Thread-safe.
 */
public final class RejectedConnections {
    private static final Logger LOG = LogManager.getLogger(RejectedConnections.class);
    private static final Duration WARNING_GAP = Duration.ofMinutes(1);

    private final LongSupplier nanoClock;
    private final RateLimitedLogger warnings;

    // All below is guarded by this.
    private long count;
    private long aborted;
    private @Nullable RejectedConnection last;

    public RejectedConnections(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.warnings = new RateLimitedLogger(LOG, WARNING_GAP, nanoClock);
    }

    /** How many there were since the start of the node. */
    public synchronized long count() {
        return count;
    }

    /** How many ended by themselves. */
    public synchronized long aborted() {
        return aborted;
    }

    /** The latest. */
    public synchronized Optional<RejectedConnection> last() {
        return Optional.ofNullable(last);
    }

    /** Counts one; {@code port} says in a word which of the node's ports it was. */
    public void add(String port, @Nullable SocketAddress remote, String reason) {
        String address = AddressText.of(remote);
        synchronized (this) {
            count++;
            last = new RejectedConnection(address, reason, nanoClock.getAsLong());
        }
        String host = address.replaceFirst(":[0-9]+$", "");
        warnings.warn(host, "refused port={} peer={} reason=\"{}\"", port, address, reason);
    }

    /**
     * Counts one that ended by itself before it was admitted, as that of a member does which tests the port, ends, or
     * is impatient.
     */
    public void addAborted(String port, @Nullable SocketAddress remote, String reason) {
        synchronized (this) {
            aborted++;
        }
        LOG.debug("not admitted port={} peer={} reason=\"{}\"", port, AddressText.of(remote), reason);
    }
}

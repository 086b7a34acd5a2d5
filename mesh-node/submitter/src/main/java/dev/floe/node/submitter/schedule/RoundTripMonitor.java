package dev.floe.node.submitter.schedule;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.AddressText;
import dev.floe.store.FailureText;

/**
 * Measures the round trips to the nodes that this node offers jobs to. A node without offers is not measured, so an
 * idle mesh has no connections and no messages for it.
 *
 * <p>The shortest of the last few measurements counts, because a busy machine makes a ping longer and nothing makes it
 * shorter. So a near node does not count as far because it was busy once, and the first measurements follow each other
 * closely.
 *
 * <p>All methods are called with the lock of {@link SubmitterScheduler} held.
 */
final class RoundTripMonitor {
    static final int COUNTED = 3;
    /** Between the first measurements of a node. */
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    /** Between later ones: a machine may have moved to another network. */
    static final Duration LATER_PAUSE = Duration.ofSeconds(30);

    private static final Logger LOG = LogManager.getLogger(RoundTripMonitor.class);

    private final RoundTripProbe probe;
    private final Executor threads;
    private final Map<String, MeasuredPath> paths = new HashMap<>();

    /** The last measurements of one node. */
    private static final class MeasuredPath {
        private final InetSocketAddress address;
        private final Deque<Duration> last = new ArrayDeque<>();
        private Instant begun = Instant.MIN;

        MeasuredPath(InetSocketAddress address) {
            this.address = address;
        }

        boolean isDue(Instant now) {
            return !begun.plus(last.size() < COUNTED ? FIRST_PAUSE : LATER_PAUSE).isAfter(now);
        }

        Duration add(Duration trip) {
            last.addLast(trip);
            if (last.size() > COUNTED) {
                last.removeFirst();
            }
            return shortest().orElse(trip);
        }

        Optional<Duration> shortest() {
            return last.stream().min(Duration::compareTo);
        }
    }

    /** @param threads run what blocks */
    RoundTripMonitor(RoundTripProbe probe, Executor threads) {
        this.probe = probe;
        this.threads = threads;
    }

    /**
     * A job is about to be offered to a node; measures the round trip to it in the background if that is due.
     *
     * @param measured told the node's id and the round trip, by another thread and without the lock
     */
    void offered(String node, InetSocketAddress address, Instant now, BiConsumer<String, Duration> measured) {
        MeasuredPath path = paths.get(node);
        if (path == null || !path.address.equals(address)) {
            path = new MeasuredPath(address);
            paths.put(node, path);
        }
        if (path.isDue(now)) {
            path.begun = now;
            threads.execute(() -> measure(node, address, measured));
        }
    }

    private void measure(String node, InetSocketAddress address, BiConsumer<String, Duration> measured) {
        try {
            measured.accept(node, probe.measure(address));
        } catch (IOException e) {
            LOG.debug("the round trip to {} is not known: {}", AddressText.of(address), FailureText.of(e));
        }
    }

    /** A measurement has ended; returns the round trip that counts. */
    Duration add(String node, Duration trip) {
        MeasuredPath path = paths.get(node);
        return path == null ? trip : path.add(trip);
    }

    /** The round trip that counts; empty if it has not been measured. */
    Optional<Duration> shortest(String node) {
        return Optional.ofNullable(paths.get(node)).flatMap(MeasuredPath::shortest);
    }

    /** Forgets nodes that have left. */
    void retain(Set<String> nodes) {
        paths.keySet().retainAll(nodes);
    }
}

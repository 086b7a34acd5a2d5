package dev.floe.node.submitter.schedule;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Knows the bandwidth to each executor by the inputs that it was sent, in bytes before compression, as placement counts
 * inputs. The fastest of the last few transfers counts: a busy machine and other transfers on the same link make one
 * slower, and nothing makes it faster than the link. A transfer of few bytes tells more of the round trip than of the
 * bandwidth, so it does not count.
 *
 * <p>All methods are called with the lock of {@link SubmitterScheduler} held.
 */
final class BandwidthMonitor {
    static final int COUNTED = 5;
    static final long MIN_BYTES = 32 << 10;
    /** What an executor says it took, at least: it counts in milliseconds. */
    private static final Duration MIN_TIME = Duration.ofMillis(1);

    private final Map<String, Deque<Double>> transfers = new HashMap<>();

    /**
     * An executor has received inputs.
     *
     * @param time from its answer until it had them
     * @return bytes per second, greater than 0; empty if nothing is known anew
     */
    OptionalDouble add(String node, long bytes, Duration time, Duration roundTrip) {
        if (bytes < MIN_BYTES) {
            return OptionalDouble.empty();
        }
        Duration travel = time.minus(roundTrip);
        Duration counted = travel.compareTo(MIN_TIME) < 0 ? MIN_TIME : travel;
        Deque<Double> last = transfers.computeIfAbsent(node, _ -> new ArrayDeque<>());
        last.addLast(bytes * 1e9 / counted.toNanos());
        if (last.size() > COUNTED) {
            last.removeFirst();
        }
        return last.stream().mapToDouble(Double::doubleValue).max();
    }

    /** Forgets nodes that have left. */
    void retain(Set<String> nodes) {
        transfers.keySet().retainAll(nodes);
    }
}

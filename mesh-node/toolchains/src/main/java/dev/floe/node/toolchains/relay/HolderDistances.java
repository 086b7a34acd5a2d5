package dev.floe.node.toolchains.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The holders of a toolchain by their distance. Those that are about as near as the nearest share the work, and the
 * others are asked when all of these have failed.
 *
 * @param near     about as near as the nearest
 * @param far      all others, nearest first; at the end those that could not be measured
 * @param distance round trip to the nearest; empty if none could be measured
 */
public record HolderDistances(List<InetSocketAddress> near, List<InetSocketAddress> far, Optional<Duration> distance) {
    /** Of more holders only so many are measured. */
    static final int MAX_MEASURED = 16;
    /** A round trip that is longer by this factor, and by {@link #SAME}, is another distance. */
    static final int FACTOR = 2;
    /** Differences below this are chance. */
    static final Duration SAME = Duration.ofMillis(1);

    public HolderDistances {
        near = List.copyOf(near);
        far = List.copyOf(far);
    }

    /** Measures some of the holders at the same time; blocks until all have answered or failed. */
    public static HolderDistances measure(List<InetSocketAddress> holders, RoundTrips roundTrips) {
        List<InetSocketAddress> shuffled = new ArrayList<>(holders);
        Collections.shuffle(shuffled);
        Map<InetSocketAddress, Duration> trips = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        for (InetSocketAddress holder : shuffled.subList(0, Math.min(MAX_MEASURED, shuffled.size()))) {
            threads.add(Thread.ofVirtual().name("distance of " + holder).start(() -> {
                try {
                    trips.put(holder, roundTrips.measure(holder));
                } catch (IOException _) {
                    // it is asked last
                }
            }));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // what there is counts; who asks next stops
        }
        return of(shuffled, new HashMap<>(trips));
    }

    static HolderDistances of(List<InetSocketAddress> holders, Map<InetSocketAddress, Duration> trips) {
        Optional<Duration> nearest = trips.values().stream().min(Comparator.naturalOrder());
        if (nearest.isEmpty()) {
            return new HolderDistances(holders, List.of(), nearest);
        }
        Duration limit = nearest.get().multipliedBy(FACTOR).plus(SAME);
        List<InetSocketAddress> near = new ArrayList<>();
        List<InetSocketAddress> far = new ArrayList<>();
        for (InetSocketAddress holder : holders) {
            Duration trip = trips.get(holder);
            (trip != null && trip.compareTo(limit) <= 0 ? near : far).add(holder);
        }
        far.sort(Comparator.comparing(holder -> trips.getOrDefault(holder, Duration.ofDays(1))));
        return new HolderDistances(near, far, nearest);
    }

    /** The order in which to ask for part number {@code part}: the near ones in turn, then the others. */
    public List<InetSocketAddress> order(int part) {
        List<InetSocketAddress> order = new ArrayList<>(near);
        Collections.rotate(order, -part);
        order.addAll(far);
        return order;
    }
}

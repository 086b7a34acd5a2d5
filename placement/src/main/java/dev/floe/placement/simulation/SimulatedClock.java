package dev.floe.placement.simulation;

import java.time.Instant;
import java.util.PriorityQueue;

/**
 * Simulated time, and what is to happen in it; events of one instant happen in the order in which they were planned.
 */
final class SimulatedClock {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private double now;
    private long planned;

    private record Event(double at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Double.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** Seconds since the start. */
    double now() {
        return now;
    }

    Instant instant() {
        return Instant.EPOCH.plusNanos(Math.round(now * 1e9));
    }

    void after(double seconds, Runnable action) {
        events.add(new Event(now + seconds, planned++, action));
    }

    /** Moves to the next event without letting it happen yet; false if there is none. */
    boolean advance() {
        Event next = events.peek();
        if (next == null) {
            return false;
        }
        now = next.at;
        return true;
    }

    void happen() {
        events.remove().action.run();
    }
}

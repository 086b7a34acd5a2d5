package dev.floe.node.builds;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The length of a union of intervals that come in the order of their ends, or nearly so. The latest disjoint ones are
 * kept, because one that comes later may have begun before them; of those before only the sum is. Not thread-safe.
 */
final class ActiveTime {
    static final int MAX_INTERVALS = 256;

    private final Deque<Interval> latest = new ArrayDeque<>(); // disjoint, the last one last
    private Duration before;

    private record Interval(Instant start, Instant end) {
        Duration length() {
            return Duration.between(start, end);
        }
    }

    ActiveTime(Duration before) {
        this.before = before;
    }

    void add(Instant start, Instant end) {
        Interval merged = new Interval(start, end);
        Deque<Interval> later = new ArrayDeque<>();
        while (!latest.isEmpty() && !latest.getLast().end().isBefore(merged.start())) {
            Interval last = latest.removeLast();
            if (last.start().isAfter(merged.end())) {
                later.addFirst(last);
            } else {
                merged = new Interval(earlier(last.start(), merged.start()), later(last.end(), merged.end()));
            }
        }
        latest.addLast(merged);
        latest.addAll(later);
        if (latest.size() > MAX_INTERVALS) {
            before = before.plus(latest.removeFirst().length());
        }
    }

    Duration sum() {
        return latest.stream().map(Interval::length).reduce(before, Duration::plus);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

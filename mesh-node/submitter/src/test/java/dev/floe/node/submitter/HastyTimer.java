package dev.floe.node.submitter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer for which a long time is a thousandth of it; it remembers what it was asked for. */
final class HastyTimer extends ScheduledThreadPoolExecutor {
    private static final int HASTE = 1000;

    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private final Duration longTime;

    /** @param longTime what is shorter takes its time */
    HastyTimer(Duration longTime) {
        super(1);
        this.longTime = longTime;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Duration asked = Duration.of(delay, unit.toChronoUnit());
        delays.add(asked);
        Duration taken = asked.compareTo(longTime) < 0 ? asked : asked.dividedBy(HASTE);
        return super.schedule(command, taken.toNanos(), TimeUnit.NANOSECONDS);
    }

    List<Duration> delays() {
        return delays;
    }
}

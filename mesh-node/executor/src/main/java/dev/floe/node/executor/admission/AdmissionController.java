package dev.floe.node.executor.admission;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.floe.node.bounds.LockRank;
import dev.floe.node.bounds.OrderedLock;
import dev.floe.placement.AdmissionPolicy;

/**
 * Controls the admission of jobs to this executor: it keeps the reservations and decides each offer by {@link
 * AdmissionPolicy}.
 */
public final class AdmissionController {
    private static final Duration FIRST_GUESS = Duration.ofSeconds(2);
    /** From the end of a job until another that was offered then can start, at least: on a LAN, on busy machines. */
    private static final Duration MIN_TRAVEL = Duration.ofMillis(22);
    private static final Duration PENALTY = Duration.ofSeconds(10);
    private static final double NEWEST_WEIGHT = 0.2;

    private final OrderedLock lock = new OrderedLock(LockRank.ADMISSION); // guards all below
    private final Map<String, Integer> held = new HashMap<>();
    private Duration meanRun = FIRST_GUESS;
    private int reserved; // reservations whose jobs are not in the queue for a slot yet
    private int reservedLocal; // those of them that somebody at this node waits for
    private Duration queuedWork = Duration.ZERO;
    /** Nodes whose inputs did not come, and until when their offers are refused, in nanoseconds of the clock. */
    private final Map<String, Long> stalled = new HashMap<>();

    private final Supplier<SlotPool.SlotUsage> slots;
    private final IntSupplier localRoom;
    private final LongSupplier nanoClock;

    /** @param slots asked with the lock held, so that no job is on its way from here to there */
    public AdmissionController(SlotPool slots) {
        this(slots::use, slots::roomForLocal, System::nanoTime);
    }

    /** With suppliers instead of a pool, for tests. */
    AdmissionController(Supplier<SlotPool.SlotUsage> slots, IntSupplier localRoom, LongSupplier nanoClock) {
        this.slots = slots;
        this.localRoom = localRoom;
        this.nanoClock = nanoClock;
    }

    /**
     * What a submitter says of a job.
     *
     * @param travel how long the offer and the inputs are on their way
     */
    public record OfferedJob(Duration predicted, long memoryBytes, Duration travel) {}

    /** An answer, and if it is not a refusal the place that goes with it. */
    public sealed interface AdmissionResult {
        record NotAdmitted(AdmissionPolicy.RejectionReason reason) implements AdmissionResult {}

        record Admitted(Reservation place, Duration expectedWait) implements AdmissionResult {}
    }

    /**
     * @param submitter the node that makes the offer, by its certificate and not by what it says
     */
    public AdmissionResult admit(String submitter, OfferedJob job, long freeMemoryBytes, long reserveBytes,
            boolean draining) {
        lock.lock();
        try {
            SlotPool.SlotUsage all = withComing(slots.get());
            AdmissionPolicy.ExecutorLoad load = new AdmissionPolicy.ExecutorLoad(
                    new AdmissionPolicy.SlotLoad(all.slots(), all.running(), all.waiting()),
                    new AdmissionPolicy.QueuedWork(queuedWork, meanRun, 1),
                    new AdmissionPolicy.MemoryRoom(freeMemoryBytes, reserveBytes),
                    Math.max(1, held.size() + (held.containsKey(submitter) ? 0 : 1)), draining);
            Duration travel = job.travel().compareTo(MIN_TRAVEL) > 0 ? job.travel() : MIN_TRAVEL;
            AdmissionPolicy.AdmissionRequest request = new AdmissionPolicy.AdmissionRequest(job.memoryBytes(), travel,
                    held.getOrDefault(submitter, 0));
            return switch (AdmissionPolicy.decide(load, request)) {
                case AdmissionPolicy.AdmissionDecision.Refuse(AdmissionPolicy.RejectionReason reason) ->
                    new AdmissionResult.NotAdmitted(reason);
                case AdmissionPolicy.AdmissionDecision.Queue(Duration wait) ->
                    new AdmissionResult.Admitted(reserve(submitter, job.predicted(), false), wait);
                case AdmissionPolicy.AdmissionDecision.Accept _ ->
                    new AdmissionResult.Admitted(reserve(submitter, Duration.ZERO, false), Duration.ZERO);
            };
        } finally {
            lock.unlock();
        }
    }

    /**
     * A place for a job of this node itself, which is never refused.
     *
     * @param local whether it gets a slot before those of others
     */
    public Reservation admitOwn(String submitter, boolean local) {
        lock.lock();
        try {
            return reserve(submitter, Duration.ZERO, local);
        } finally {
            lock.unlock();
        }
    }

    private Reservation reserve(String submitter, Duration predicted, boolean local) {
        held.merge(submitter, 1, Integer::sum);
        reserved++;
        reservedLocal += local ? 1 : 0;
        queuedWork = queuedWork.plus(predicted);
        return new Reservation(submitter, predicted, local);
    }

    /** The inputs of a job of this node did not come: others are to have the places for a while. */
    public void stalled(String submitter) {
        lock.lock();
        try {
            stalled.put(submitter, nanoClock.getAsLong() + PENALTY.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the offers of this node are refused now. */
    public boolean isStalled(String submitter) {
        lock.lock();
        try {
            long now = nanoClock.getAsLong();
            stalled.values().removeIf(until -> now - until >= 0);
            return stalled.containsKey(submitter);
        } finally {
            lock.unlock();
        }
    }

    /** A job ran this long. */
    public void recordRunTime(Duration time) {
        lock.lock();
        try {
            meanRun = Duration
                    .ofNanos((long) (meanRun.toNanos() * (1 - NEWEST_WEIGHT) + time.toNanos() * NEWEST_WEIGHT));
        } finally {
            lock.unlock();
        }
    }

    /** This node's slots as they will be when all jobs that hold a place have come to them. */
    public SlotPool.SlotUsage use() {
        lock.lock();
        try {
            return withComing(slots.get());
        } finally {
            lock.unlock();
        }
    }

    /** As {@link SlotPool#roomForLocal}, less the jobs for local commands that are not in the queue yet. */
    public int roomForLocal() {
        lock.lock();
        try {
            return localRoom.getAsInt() - reservedLocal;
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private SlotPool.SlotUsage withComing(SlotPool.SlotUsage now) {
        int taken = now.running() + now.waiting() + reserved;
        int running = Math.min(now.slots(), taken);
        return new SlotPool.SlotUsage(now.slots(), running, taken - running);
    }

    /** Run time promised to jobs that were accepted ahead and have not begun. */
    public Duration queuedWork() {
        lock.lock();
        try {
            return queuedWork;
        } finally {
            lock.unlock();
        }
    }

    /** A place in line or on a slot, held by one job. */
    public final class Reservation implements AutoCloseable {
        private final String submitter;
        private final Duration predicted;
        private final boolean local;
        private boolean arrived; // guarded by lock, as all below
        private boolean begun;
        private boolean over;

        private Reservation(String submitter, Duration predicted, boolean local) {
            this.submitter = submitter;
            this.predicted = predicted;
            this.local = local;
        }

        /** The job is in the queue for a slot from now on. */
        public void enqueued() {
            lock.lock();
            try {
                if (!arrived) {
                    arrived = true;
                    reserved--;
                    reservedLocal -= local ? 1 : 0;
                }
            } finally {
                lock.unlock();
            }
        }

        /** The job has its slot. */
        public void started() {
            lock.lock();
            try {
                if (!begun) {
                    begun = true;
                    queuedWork = queuedWork.minus(predicted);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            enqueued();
            started();
            lock.lock();
            try {
                if (!over) {
                    over = true;
                    held.computeIfPresent(submitter, (name, count) -> count > 1 ? count - 1 : null);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}

package dev.floe.node.submitter.schedule;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.ExpectedAnswer;
import dev.floe.placement.ranking.Ranking;

/**
 * Executors to ask, best first, ranked again after each answer. While all are full the job is held until one of them,
 * or this node, is heard to have room. If the user insists, a node that pauses for its failures is better than none.
 */
public final class ExecutorSelector {
    private static final Duration MAX_HOLD = Duration.ofMinutes(2);
    /**
     * To wait in this node's own queue would be no better then; but not forever, because what holds its slots may never
     * end.
     */
    private static final Duration MAX_HOLD_WHEN_FULL_HERE = Duration.ofHours(1);
    /**
     * A user who insists would rather have a node tried that has just failed than wait longer for the end of its pause.
     */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(2);
    private static final Duration WITHOUT_NEWS = Duration.ofMillis(500);

    /** Why no node is left to offer the job to. */
    public enum NoExecutorReason {
        NONE_ELIGIBLE("no node is eligible"), FULL("all other nodes were full for too long"), FULL_HERE_TOO(
                "all nodes were full for an hour");

        public final String text;

        NoExecutorReason(String text) {
            this.text = text;
        }
    }

    private final SubmitterScheduler scheduler;
    private final PlacementRequest job;
    private final boolean insist;
    private final Set<String> excluded = ConcurrentHashMap.newKeySet();
    private NoExecutorReason end = NoExecutorReason.NONE_ELIGIBLE;
    private final CompletableFuture<Void> gone;
    private final LongSupplier nanoClock;
    private final long start;

    /**
     * @param insist whether this node itself is no candidate
     * @param gone   completes when nobody wants the job any more
     */
    public ExecutorSelector(SubmitterScheduler scheduler, PlacementRequest job, boolean insist,
            CompletableFuture<Void> gone) {
        this(scheduler, job, insist, gone, System::nanoTime);
    }

    ExecutorSelector(SubmitterScheduler scheduler, PlacementRequest job, boolean insist, CompletableFuture<Void> gone,
            LongSupplier nanoClock) {
        this.gone = gone;
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
        this.scheduler = scheduler;
        this.job = job;
        this.insist = insist;
    }

    public NoExecutorReason end() {
        return end;
    }

    public void exclude(String node) {
        excluded.add(node);
    }

    /**
     * The node to offer the job to now; the scheduler counts the offer already.
     *
     * @return null if there is none, for the reason {@link #end()}
     * @throws WrapperDisconnectedException if nobody wants the job any more; found out at the latest {@link
     *                                      #WITHOUT_NEWS} after that
     */
    @Nullable
    public Candidate next() throws IOException {
        while (true) {
            if (gone.isDone()) {
                throw new WrapperDisconnectedException();
            }
            long seen = scheduler.changeCount();
            SubmitterScheduler.Selection choice = scheduler.reserveBest(job, !insist, this::isOpen);
            if (choice.best().isPresent()) {
                return choice.best().get();
            }
            Ranking ranking = choice.ranking();
            Duration held = Duration.ofNanos(nanoClock.getAsLong() - start);
            if (ranking.candidates().stream().anyMatch(this::isOpen)) {
                boolean fullHere = isFullHere(ranking);
                if (held.compareTo(fullHere ? MAX_HOLD_WHEN_FULL_HERE : MAX_HOLD) > 0) {
                    end = fullHere ? NoExecutorReason.FULL_HERE_TOO : NoExecutorReason.FULL;
                    return null;
                }
                scheduler.awaitChange(seen, WITHOUT_NEWS);
                continue;
            }
            Optional<Candidate> pausing = insist
                    ? ranking.pausing().stream().filter(this::isOpen).findFirst()
                    : Optional.empty();
            if (pausing.isEmpty()) {
                return null;
            }
            if (held.compareTo(MAX_PAUSE) > 0) {
                scheduler.dispatched(pausing.get().node().id(), job);
                return pausing.get();
            }
            Duration pause = pausing.get().node().pause();
            scheduler.awaitChange(seen, pause.compareTo(WITHOUT_NEWS) < 0 ? pause : WITHOUT_NEWS);
        }
    }

    /** Whether this node might be chosen, had it room. */
    private boolean isFullHere(Ranking ranking) {
        return ranking.candidates().stream().filter(this::isOpen)
                .anyMatch(candidate -> candidate.node().self() && candidate.prospect() == ExpectedAnswer.REFUSED);
    }

    /** Whether the job may be offered to a node at all. */
    public boolean isOpen(Candidate candidate) {
        return !excluded.contains(candidate.node().id());
    }
}

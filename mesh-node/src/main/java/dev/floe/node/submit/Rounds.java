package dev.floe.node.submit;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.floe.placement.Candidate;
import dev.floe.placement.Job;
import dev.floe.placement.Prospect;
import dev.floe.placement.Ranking;

/**
 * Executors to ask, best first, ranked anew after each answer. While all are full the job is held until one of them, or this node, is
 * heard to have room. If the user insists, a node that pauses for its failures is better than none.
 */
final class Rounds {
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(2);
    /** A user who insists would rather have a node tried that has just failed than wait longer for the end of its pause. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration WITHOUT_NEWS = Duration.ofMillis(500);

    private final Outlook outlook;
    private final Job job;
    private final boolean insist;
    private final Set<String> excluded = new HashSet<>();
    private final LongSupplier nanoClock;
    private final long start;

    /** @param insist whether this node itself is no candidate */
    Rounds(Outlook outlook, Job job, boolean insist) {
        this(outlook, job, insist, System::nanoTime);
    }

    Rounds(Outlook outlook, Job job, boolean insist, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
        this.outlook = outlook;
        this.job = job;
        this.insist = insist;
    }

    void exclude(String node) {
        excluded.add(node);
    }

    /**
     * The node to offer the job to now; the outlook counts the offer already.
     *
     * @return null if no node is eligible, or all have been full for too long and it is not just as full here
     */
    @Nullable
    Candidate next() throws IOException {
        while (true) {
            long seen = outlook.news();
            Outlook.Choice choice = outlook.choose(job, !insist, this::isOpen);
            if (choice.best().isPresent()) {
                return choice.best().get();
            }
            Ranking ranking = choice.ranking();
            Duration held = Duration.ofNanos(nanoClock.getAsLong() - start);
            if (ranking.candidates().stream().anyMatch(this::isOpen)) {
                if (held.compareTo(LONGEST_HOLD) > 0 && !isFullHere(ranking)) {
                    return null;
                }
                outlook.awaitNews(seen, WITHOUT_NEWS);
                continue;
            }
            Optional<Candidate> pausing = insist
                    ? ranking.pausing().stream().filter(this::isOpen).findFirst()
                    : Optional.empty();
            if (pausing.isEmpty()) {
                return null;
            }
            if (held.compareTo(LONGEST_PAUSE) > 0) {
                outlook.dispatched(pausing.get().node().id(), job);
                return pausing.get();
            }
            Duration pause = pausing.get().node().pause();
            outlook.awaitNews(seen, pause.compareTo(WITHOUT_NEWS) < 0 ? pause : WITHOUT_NEWS);
        }
    }

    /** Whether this node might be chosen, had it room: then to stand in its own line is no better than to be held. */
    private boolean isFullHere(Ranking ranking) {
        return ranking.candidates().stream().filter(this::isOpen)
                .anyMatch(candidate -> candidate.node().self() && candidate.prospect() == Prospect.REFUSED);
    }

    private boolean isOpen(Candidate candidate) {
        return !excluded.contains(candidate.node().id());
    }
}

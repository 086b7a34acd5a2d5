package dev.floe.node.submitter.schedule;

import java.util.Optional;
import java.util.stream.Stream;

import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.StragglerPolicy;
import dev.floe.placement.ranking.StragglerPolicy.RunningCopy;

/**
 * The second copies of this node's jobs that are under way, and whether another one is worthwhile. Guarded by the lock
 * of {@link SubmitterScheduler}.
 */
final class SecondCopies {
    private final StragglerPolicy policy;
    private int underWay;

    SecondCopies(StragglerPolicy policy) {
        this.policy = policy;
    }

    /** Whether the job is worth a copy on some node, and there may be one more. */
    boolean mayBegin(RunningCopy running) {
        return underWay < policy.maxCopies() && policy.isLong(running);
    }

    /** The first candidate for which a copy is worthwhile. */
    Optional<Candidate> best(RunningCopy running, Stream<Candidate> candidates) {
        return candidates.filter(candidate -> policy.isWorthwhile(running, candidate)).findFirst();
    }

    void begin() {
        underWay++;
    }

    void end() {
        underWay--;
    }
}

package dev.floe.node.submitter;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.ExpectedAnswer;

/** The reason why a node comes before another one whose expected time is shorter. */
final class ChoiceReason {
    private ChoiceReason() {}

    /**
     * Explains a choice in a line; empty if the chosen node has the shortest time.
     *
     * @param first the candidate that is ranked first
     */
    static Optional<String> of(Candidate first, List<Candidate> all, Function<Candidate, String> name) {
        return all.stream().min(Comparator.comparing(Candidate::expected))
                .filter(shortest -> shortest.expected().compareTo(first.expected()) < 0)
                .map(shortest -> name.apply(first) + " before " + name.apply(shortest)
                        + ", whose time is the shortest: "
                        + reason(first, shortest));
    }

    private static String reason(Candidate first, Candidate shortest) {
        if (shortest.way().emulated() && !first.way().emulated()) {
            return "that one would need an emulator";
        }
        if (shortest.prospect() != first.prospect()) {
            return switch (shortest.prospect()) {
                case ACCEPTED -> "it comes first by its kind"; // room before all others, except for slow and emulating
                case SOON -> "that one has not answered an earlier offer yet";
                case QUEUED -> "that one has no free slot, and would queue it";
                case REFUSED -> "that one is full";
            };
        }
        if (first.home() && first.prospect() == ExpectedAnswer.ACCEPTED) {
            return "it is warm for this source, and about as fast";
        }
        return "both are about as fast, and the source and the free capacity decide, so that jobs spread";
    }
}

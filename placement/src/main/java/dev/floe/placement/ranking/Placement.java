package dev.floe.placement.ranking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.floe.placement.DurationSeconds;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.view.ClusterView;

/**
 * The placement policy: a pure function from (view, job) to the order in which the job is offered.
 *
 * <p>One cheap pass over the nodes draws a few of them, nodes with room first and in proportion to their free capacity,
 * and finds the job's homes. Only those and the submitter itself are judged by the time at which they would be done.
 * Among the ones that are about as good as the best, the draw decides again, by the same keys: a node that joins the
 * sample because another left has a larger key than all that were in it, and so takes no job from them. Nodes that
 * would run the job through an emulator are drawn apart, and come after all others that would take it.
 *
 * <p>Sources: local shortest queue (Vargaftik et al., ToN 2020); sampling in proportion to capacity (Goren et al.,
 * PODC 2021); estimated completion time (Apollo, OSDI 2014); rendezvous with bounded load (Mirrokni et al., SODA 2018).
 */
public final class Placement {
    private Placement() {}

    /** Ranks the nodes of {@code view} for {@code job}; equal arguments give equal rankings on every machine. */
    public static Ranking rank(ClusterView view, PlacementRequest job, PlacementParameters policy) {
        CandidateSelection survey = CandidateSelection.of(view, job, policy);
        List<Candidate> candidates = new ArrayList<>();
        for (WeightedReservoir.Drawn drawn : survey.nodes()) {
            candidates.add(Candidate.of(drawn.node(), job, policy, survey.homes().contains(drawn.node())));
        }
        return new Ranking(view, job, policy, order(candidates, survey, policy));
    }

    private static List<Candidate> order(List<Candidate> candidates, CandidateSelection survey,
            PlacementParameters policy) {
        Map<Boolean, List<Candidate>> parts = candidates.stream()
                .collect(Collectors.partitioningBy(candidate -> candidate.way().emulated()));
        List<Candidate> natives = parts.getOrDefault(false, List.of());
        List<Candidate> emulated = parts.getOrDefault(true, List.of());
        double quickestQueue = best(natives, ExpectedAnswer.QUEUED);
        double bestWithRoom = best(natives, ExpectedAnswer.ACCEPTED);
        double soonest = best(natives, ExpectedAnswer.SOON);
        double bestOfFull = best(natives, ExpectedAnswer.REFUSED);
        double bestEmulated = best(emulated, ExpectedAnswer.ACCEPTED);
        double tooSlow = Math.max(policy.patience() * Math.min(soonest, Math.min(quickestQueue, bestOfFull)),
                DurationSeconds.of(policy.backlog()) / survey.capacity());
        List<Placed> placed = new ArrayList<>(candidates.size());
        for (Candidate candidate : natives) {
            double expected = candidate.expectedSeconds();
            double key = survey.keyOf(candidate.node());
            if (expected > tooSlow) {
                placed.add(new Placed(candidate, Tier.SLOW, expected, key));
                continue;
            }
            if (candidate.node().self() && candidate.prospect() != ExpectedAnswer.REFUSED
                    && expected > policy.patience() * bestEmulated) {
                placed.add(new Placed(candidate, Tier.EMULATED, expected / policy.patience(), key));
                continue;
            }
            placed.add(switch (candidate.prospect()) {
                case ACCEPTED -> {
                    int home = survey.homes().indexOf(candidate.node());
                    if (home >= 0 && expected <= policy.affinity().within().limit(bestWithRoom)
                            && candidate.load() <= policy.affinity().loadCap() * survey.meanLoad()) {
                        yield new Placed(candidate, Tier.HOME, home, key);
                    }
                    yield expected <= policy.close().limit(bestWithRoom)
                            ? new Placed(candidate, Tier.CLOSE, 0, key)
                            : new Placed(candidate, Tier.ROOM, expected, key);
                }
                case SOON -> new Placed(candidate, Tier.SOON, rounded(expected, soonest, policy), key);
                case QUEUED -> new Placed(candidate, Tier.QUEUE, rounded(expected, quickestQueue, policy), key);
                case REFUSED -> new Placed(candidate, Tier.FULL, rounded(expected, bestOfFull, policy), key);
            });
        }
        for (Candidate candidate : emulated) {
            double expected = candidate.expectedSeconds();
            boolean last = candidate.prospect() == ExpectedAnswer.REFUSED || candidate.prospect() == ExpectedAnswer.SOON
                    || expected > tooSlow;
            placed.add(new Placed(candidate, last ? Tier.LAST : Tier.EMULATED, rounded(expected, bestEmulated, policy),
                    survey.keyOf(candidate.node())));
        }
        placed.sort(Placed.BEST_FIRST);
        return placed.stream().map(Placed::candidate).toList();
    }

    /** All that is about as good as the best counts as the best. */
    private static double rounded(double expected, double best, PlacementParameters policy) {
        return expected <= policy.close().limit(best) ? best : expected;
    }

    private static double best(List<Candidate> candidates, ExpectedAnswer prospect) {
        double best = Double.POSITIVE_INFINITY;
        for (Candidate candidate : candidates) {
            if (candidate.prospect() == prospect) {
                best = Math.min(best, candidate.expectedSeconds());
            }
        }
        return best;
    }

    /**
     * Best first: warm and not overloaded; about as good as the best with room; other room; room, but an answer is
     * awaited; a place ahead; through an emulator, and the submitter itself where even that is much faster; full; too
     * slow; through an emulator, and full or too slow.
     */
    private enum Tier {
        HOME, CLOSE, ROOM, SOON, QUEUE, EMULATED, FULL, SLOW, LAST
    }

    /** @param order within the tier, smallest first; then the key decides, and at last the id */
    private record Placed(Candidate candidate, Tier tier, double order, double key) {
        static final Comparator<Placed> BEST_FIRST = Comparator.comparing(Placed::tier)
                .thenComparingDouble(Placed::order).thenComparingDouble(Placed::key)
                .thenComparing(placed -> placed.candidate().node().id());
    }
}

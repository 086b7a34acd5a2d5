package dev.floe.placement.ranking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import dev.floe.placement.PlacementRequest;
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.NodeView;

/** The order in which to offer a job, and, computed on demand, why every other node is left out. */
public final class Ranking {
    private final ClusterView view;
    private final PlacementRequest job;
    private final PlacementParameters policy;
    private final List<Candidate> candidates;

    Ranking(ClusterView view, PlacementRequest job, PlacementParameters policy, List<Candidate> candidates) {
        this.view = view;
        this.job = job;
        this.policy = policy;
        this.candidates = List.copyOf(candidates);
    }

    /** Best first; empty if no node is eligible. */
    public List<Candidate> candidates() {
        return candidates;
    }

    /** The best candidate, whatever answer is expected of it. */
    public Optional<Candidate> first() {
        return candidates.stream().findFirst();
    }

    /**
     * The candidates that are worth an offer now, best first. None: the job is done sooner if the submitter keeps it
     * until it hears that something ended somewhere, or that an offer was answered.
     */
    public List<Candidate> offers() {
        return offers(candidate -> true);
    }

    /** The same among those for which {@code open} holds. */
    public List<Candidate> offers(Predicate<Candidate> open) {
        return candidates.stream().filter(open).takeWhile(candidate -> candidate.prospect() == ExpectedAnswer.ACCEPTED
                || candidate.prospect() == ExpectedAnswer.QUEUED).toList();
    }

    /** Every node that may not run the job, with the reason, by id. */
    public List<IneligibleNode> ineligible() {
        List<IneligibleNode> all = new ArrayList<>();
        for (NodeView node : view.nodes()) {
            IneligibleNode.reason(node, job).ifPresent(reason -> all.add(IneligibleNode.of(node, job, reason)));
        }
        all.sort(Comparator.comparing(entry -> entry.node().id()));
        return all;
    }

    /**
     * The nodes whose only obstacle is that they have failed just now, the one that is tried again first before the
     * others.
     */
    public List<Candidate> pausing() {
        List<Candidate> all = new ArrayList<>();
        for (NodeView node : view.nodes()) {
            if (IneligibleNode.reason(node, job).equals(Optional.of(IneligibleNode.IneligibilityReason.FAILING))) {
                all.add(Candidate.of(node, job, policy, false));
            }
        }
        all.sort(Comparator.comparing((Candidate candidate) -> candidate.node().pause())
                .thenComparing(candidate -> candidate.node().id()));
        return all;
    }

    /**
     * Every eligible node that was not drawn for a closer look, as it would have been judged; shortest expected time
     * first.
     */
    List<Candidate> passedOver() {
        Set<String> seen = new HashSet<>();
        candidates.forEach(candidate -> seen.add(candidate.node().id()));
        List<Candidate> all = new ArrayList<>();
        for (NodeView node : view.nodes()) {
            if (!seen.contains(node.id()) && IneligibleNode.reason(node, job).isEmpty()) {
                all.add(Candidate.of(node, job, policy, false));
            }
        }
        all.sort(Comparator.comparing(Candidate::expected).thenComparing(candidate -> candidate.node().id()));
        return all;
    }
}

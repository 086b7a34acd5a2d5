package dev.floe.placement.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

import dev.floe.placement.AdmissionPolicy;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.Placement;
import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.simulation.Scenario.Work;
import dev.floe.placement.view.LocalView;
import dev.floe.placement.view.NodeLoad;
import dev.floe.placement.view.StalenessPolicy;

/** A node in its role as submitter: offers its backlog, in order, wherever its own view promises a place. */
final class SimulatedSubmitter {
    private static final Comparator<PendingOffers> LONGEST_FIRST = Comparator
            .comparingDouble((PendingOffers pending) -> -pending.work.predicted())
            .thenComparingInt(pending -> pending.work.number());
    private final int number;
    private final SimulatedExecutor own;
    private final SimulatedClock clock;
    private final Scenario.Network network;
    private final PlacementParameters policy;
    private final Map<String, SimulatedExecutor> executors = new HashMap<>();
    private final LocalView view;
    private final TreeSet<PendingOffers> backlog = new TreeSet<>(LONGEST_FIRST);
    private double backlogWork;
    final SimulationStats tally;

    /** A job that no executor has taken yet. */
    private static final class PendingOffers {
        final Work work;
        final PlacementRequest job;
        int refusals;

        PendingOffers(Work work, PlacementRequest job) {
            this.work = work;
            this.job = job;
        }
    }

    /** How submitters choose, and how long they believe what they have heard. */
    record SubmitterPolicy(PlacementParameters placement, StalenessPolicy freshness) {}

    SimulatedSubmitter(int number, SimulatedClock clock, Scenario.Network network, SubmitterPolicy policy,
            List<SimulatedExecutor> executors, SimulationStats tally) {
        this.number = number;
        this.own = executors.get(number);
        this.clock = clock;
        this.network = network;
        this.policy = policy.placement();
        this.view = new LocalView(policy.freshness());
        this.tally = tally;
        for (SimulatedExecutor executor : executors) {
            boolean self = executor == own;
            this.executors.put(executor.id, executor);
            view.described(executor.profile(self));
            view.measured(executor.id, seconds(self ? 0 : network.roundTrip()), self ? 1e12 : network.bytesPerSecond());
            view.gossip(executor.state(), clock.instant());
        }
    }

    void submit(Work work) {
        String key = Long.toHexString(work.number() * 1_000_003L + number) + "-" + number;
        backlog.add(new PendingOffers(work,
                new PlacementRequest(key, "src/" + work.number() + ".cc",
                        new ToolchainNeed("gcc", 100_000_000, "x86_64", Map.of()),
                        new JobSize(seconds(work.predicted()), network.inputBytes(), 500_000_000), Optional.empty())));
        backlogWork += work.predicted();
        offerAll();
    }

    int waiting() {
        return backlog.size();
    }

    void hear(NodeLoad state) {
        view.gossip(state, clock.instant());
        view.gossip(own.state(), clock.instant());
        offerAll();
    }

    /** The longest job first; a node that is too slow for the longest may take the shortest. */
    void offerAll() {
        while (!backlog.isEmpty() && (offered(backlog.first()) || offered(backlog.last()))) {
            view.gossip(own.state(), clock.instant());
        }
    }

    private boolean offered(PendingOffers pending) {
        PlacementParameters now = policy.sharing(backlog.size(), seconds(backlogWork));
        List<Candidate> offers = Placement.rank(view.view(clock.instant()), pending.job, now).offers();
        if (offers.isEmpty()) {
            return false;
        }
        backlog.remove(pending);
        backlogWork = backlog.isEmpty() ? 0 : backlogWork - pending.work.predicted();
        offer(pending, offers.getFirst().node().id());
        return true;
    }

    private void offer(PendingOffers pending, String node) {
        SimulatedExecutor executor = Objects.requireNonNull(executors.get(node));
        boolean self = executor == own;
        double oneWay = self ? 0 : network.roundTrip() / 2;
        view.dispatched(node, pending.job, clock.instant());
        tally.offered(1);
        clock.after(oneWay, () -> {
            AdmissionPolicy.AdmissionDecision decision = executor.offer(pending.work, self, () -> {
                NodeLoad state = executor.state();
                tally.ran(pending.work);
                clock.after(oneWay, () -> finished(pending, state));
            });
            boolean refused = decision instanceof AdmissionPolicy.AdmissionDecision.Refuse;
            if (!refused) {
                tally.offered(-1);
            }
            NodeLoad state = executor.state();
            clock.after(oneWay, () -> answered(pending, node, refused, state));
        });
    }

    private void answered(PendingOffers pending, String node, boolean refused, NodeLoad state) {
        if (refused) {
            view.refused(node, pending.job.key(), state, clock.instant());
            tally.offered(-1);
            pending.refusals++;
            backlog.add(pending);
            backlogWork += pending.work.predicted();
            tally.refused();
            offerAll();
        } else {
            view.answered(node, pending.job.key(), state, clock.instant());
            tally.taken(pending.refusals);
        }
    }

    private void finished(PendingOffers pending, NodeLoad state) {
        view.finished(state.node(), state, clock.instant());
        tally.finished(pending.work, clock.now());
        offerAll();
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(Math.max(0, seconds) * 1e9));
    }
}

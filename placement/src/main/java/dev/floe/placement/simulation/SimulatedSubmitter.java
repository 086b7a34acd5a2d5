package dev.floe.placement.simulation;

import java.time.Duration;
import java.util.ArrayList;
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
import dev.floe.placement.ranking.StragglerPolicy;
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
    private final List<TakenWork> taken = new ArrayList<>();
    private final StragglerPolicy stragglers;
    private int unanswered; // offers of jobs without an executor
    private int copies;
    private double backlogWork;
    final SimulationStats tally;

    /** A job that has not ended. */
    private static final class PendingOffers {
        final Work work;
        final PlacementRequest job;
        int refusals;
        boolean hasCopy; // is offered or runs a second time
        boolean isOver;

        PendingOffers(Work work, PlacementRequest job) {
            this.work = work;
            this.job = job;
        }
    }

    /**
     * A job on an executor that has taken it.
     *
     * @param expected seconds from {@code since} on
     */
    private record TakenWork(PendingOffers pending, SimulatedExecutor executor, double since, double expected) {}

    /** How submitters choose, how long they believe what they have heard, and which jobs they start twice. */
    record SubmitterPolicy(PlacementParameters placement, StalenessPolicy freshness, StragglerPolicy stragglers) {
        /** What nodes use. */
        static final SubmitterPolicy STANDARD = new SubmitterPolicy(PlacementParameters.STANDARD,
                StalenessPolicy.STANDARD, StragglerPolicy.STANDARD);
    }

    SimulatedSubmitter(int number, SimulatedClock clock, Scenario.Network network, SubmitterPolicy policy,
            List<SimulatedExecutor> executors, SimulationStats tally) {
        this.number = number;
        this.own = executors.get(number);
        this.clock = clock;
        this.network = network;
        this.policy = policy.placement();
        this.stragglers = policy.stragglers();
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
        if (backlog.isEmpty() && unanswered == 0) {
            copyStragglers();
        }
    }

    /** Starts jobs a second time, those first that are expected to end last. */
    private void copyStragglers() {
        taken.removeIf(job -> job.pending.isOver);
        List<TakenWork> late = new ArrayList<>(taken);
        late.removeIf(job -> job.pending.hasCopy);
        late.sort(Comparator.comparing((TakenWork job) -> stragglers.remaining(running(job))).reversed());
        for (TakenWork job : late) {
            if (copies >= stragglers.maxCopies()) {
                return;
            }
            PlacementParameters now = policy.sharing(1, job.pending.job.predicted());
            Placement.rank(view.view(clock.instant()), job.pending.job, now).candidates().stream()
                    .filter(candidate -> !candidate.node().id().equals(job.executor.id))
                    .filter(candidate -> stragglers.isWorthwhile(running(job), candidate))
                    .findFirst().ifPresent(candidate -> {
                        job.pending.hasCopy = true;
                        copies++;
                        tally.copied();
                        offer(job.pending, candidate, true);
                    });
        }
    }

    private StragglerPolicy.RunningCopy running(TakenWork job) {
        return new StragglerPolicy.RunningCopy(seconds(clock.now() - job.since), seconds(job.expected));
    }

    private boolean offered(PendingOffers pending) {
        PlacementParameters now = policy.sharing(backlog.size(), seconds(backlogWork));
        List<Candidate> offers = Placement.rank(view.view(clock.instant()), pending.job, now).offers();
        if (offers.isEmpty()) {
            return false;
        }
        backlog.remove(pending);
        backlogWork = backlog.isEmpty() ? 0 : backlogWork - pending.work.predicted();
        unanswered++;
        tally.offered(1);
        offer(pending, offers.getFirst(), false);
        return true;
    }

    private void offer(PendingOffers pending, Candidate candidate, boolean copy) {
        SimulatedExecutor executor = Objects.requireNonNull(executors.get(candidate.node().id()));
        boolean self = executor == own;
        double oneWay = self ? 0 : network.roundTrip() / 2;
        double offeredAt = clock.now();
        view.dispatched(executor.id, pending.job, clock.instant());
        clock.after(oneWay, () -> {
            AdmissionPolicy.AdmissionDecision decision = executor.offer(pending.work, self, () -> {
                NodeLoad state = executor.state();
                clock.after(oneWay, () -> finished(pending, executor, state));
            });
            boolean refused = decision instanceof AdmissionPolicy.AdmissionDecision.Refuse;
            if (!refused && !copy) {
                tally.offered(-1);
            }
            NodeLoad state = executor.state();
            clock.after(oneWay, () -> {
                if (copy) {
                    copyAnswered(pending, executor, refused, state);
                } else {
                    unanswered--;
                    answered(pending, new TakenWork(pending, executor, offeredAt, expected(candidate)), refused, state);
                }
            });
        });
    }

    private static double expected(Candidate candidate) {
        return candidate.expected().toNanos() / 1e9;
    }

    private void answered(PendingOffers pending, TakenWork job, boolean refused, NodeLoad state) {
        if (refused) {
            view.refused(job.executor.id, pending.job.key(), state, clock.instant());
            tally.offered(-1);
            pending.refusals++;
            backlog.add(pending);
            backlogWork += pending.work.predicted();
            tally.refused();
        } else {
            view.answered(job.executor.id, pending.job.key(), state, clock.instant());
            tally.taken(pending.refusals);
            taken.add(job);
        }
        offerAll();
    }

    private void copyAnswered(PendingOffers pending, SimulatedExecutor executor, boolean refused, NodeLoad state) {
        if (refused) {
            view.refused(executor.id, pending.job.key(), state, clock.instant());
            tally.refused();
            pending.hasCopy = false;
            copies--;
        } else {
            view.answered(executor.id, pending.job.key(), state, clock.instant());
            if (pending.isOver) {
                cancel(pending, executor);
            }
        }
    }

    /** The first result of a job counts, and its other copy is cancelled. */
    private void finished(PendingOffers pending, SimulatedExecutor executor, NodeLoad state) {
        if (pending.isOver) {
            return;
        }
        pending.isOver = true;
        view.finished(executor.id, state, clock.instant());
        tally.ran(pending.work);
        tally.finished(pending.work, clock.now());
        if (pending.hasCopy) {
            copies--;
            executors.values().stream().filter(other -> other != executor).forEach(other -> cancel(pending, other));
        }
        offerAll();
    }

    private void cancel(PendingOffers pending, SimulatedExecutor executor) {
        if (!executor.holds(pending.work)) {
            return;
        }
        double oneWay = executor == own ? 0 : network.roundTrip() / 2;
        view.abandoned(executor.id, pending.job.key());
        clock.after(oneWay, () -> executor.cancel(pending.work));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(Math.max(0, seconds) * 1e9));
    }
}

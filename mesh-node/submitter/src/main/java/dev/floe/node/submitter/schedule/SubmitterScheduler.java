package dev.floe.node.submitter.schedule;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.floe.node.bounds.LockRank;
import dev.floe.node.bounds.OrderedLock;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.RunTimePredictor;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.Placement;
import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.ranking.Ranking;
import dev.floe.placement.ranking.StragglerPolicy;
import dev.floe.placement.ranking.StragglerPolicy.RunningCopy;
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.LocalView;
import dev.floe.placement.view.NodeView;
import dev.floe.placement.view.StalenessPolicy;

/**
 * The mesh as this submitter sees it: the replicated state, corrected at once by its own offers and by each answer, and
 * this node as it is. One lock around the single-owner values of the placement module; nothing blocks under it.
 */
public final class SubmitterScheduler {
    private static final int SOURCES = 20_000;
    private static final Duration UNKNOWN_RUN_TIME = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final Supplier<StateVersion> stamps;
    private final IntSupplier room;
    private final OrderedLock lock = new OrderedLock(LockRank.SUBMITTER_SCHEDULER); // guards all below
    private final LocalView view = new LocalView(StalenessPolicy.STANDARD);
    private final RunTimePredictor runTimes = new RunTimePredictor(SOURCES, UNKNOWN_RUN_TIME);
    private final ChangeSignal changes = new ChangeSignal(lock);
    private final SchedulerPeers peers;
    private final RoundTripMonitor roundTrips;
    private final BandwidthMonitor bandwidths = new BandwidthMonitor();
    private final SecondCopies copies;
    private final WaitingJobs waiting = new WaitingJobs();
    // This node's id at that time, by the keys of jobs it is chosen for.
    private final Map<String, String> chosenHere = new HashMap<>();
    private int lastRoom;

    /**
     * @param stamps       the next of this node's
     * @param room         how many more commands of this node would get a slot of it at once, negative where they wait;
     *                     does not block
     * @param probe        measures the ways to the nodes that get this node's jobs
     * @param secondCopies whether a job that takes too long is started again
     */
    public SubmitterScheduler(InstantSource clock, Supplier<StateVersion> stamps, IntSupplier room,
            RoundTripProbe probe, boolean secondCopies) {
        this(clock, stamps, room, new RoundTripMonitor(probe,
                measurement -> Thread.ofVirtual().name("floe-round-trip").start(measurement)),
                secondCopies ? StragglerPolicy.STANDARD : StragglerPolicy.NONE);
    }

    SubmitterScheduler(InstantSource clock, Supplier<StateVersion> stamps, IntSupplier room,
            RoundTripMonitor roundTrips, StragglerPolicy stragglers) {
        this.clock = clock;
        this.stamps = stamps;
        this.room = room;
        this.roundTrips = roundTrips;
        this.copies = new SecondCopies(stragglers);
        this.peers = new SchedulerPeers(clock);
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }

    /** Changes the view, and wakes those that wait for that. */
    private void update(Runnable change) {
        lock.lock();
        try {
            change.run();
            changes.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The mesh has changed, or a node in it has said something. */
    public void accept(Roster roster) {
        update(() -> {
            peers.update(roster, view);
            roundTrips.retain(peers.ids());
            bandwidths.retain(peers.ids());
        });
    }

    /** Whether any node but this one executes at all. */
    public boolean hasExecutors() {
        return locked(peers::hasExecutors);
    }

    /**
     * Slots of other nodes that jobs of this one hold or would get now.
     *
     * @param suitable whether a node that executes can run this machine's compilers, or substitutes for them; does not
     *                 block
     */
    int reachableSlots(Predicate<NodeInfo> suitable) {
        return locked(() -> {
            Instant now = clock.instant();
            return peers.executors(suitable).mapToInt(id -> view.reachableSlots(id, now)).sum();
        });
    }

    /** The id of the node with a name; empty if there is none. */
    public Optional<String> named(String name) {
        return locked(() -> peers.findId(name));
    }

    /** The name of the node with an id; the id itself if it has left. */
    public String name(String id) {
        return locked(() -> peers.name(id));
    }

    /** How to reach a node; empty if it has left. */
    public Optional<PeerAddress> route(String id) {
        return locked(() -> peers.address(id));
    }

    public Ranking rank(PlacementRequest job, boolean withSelf) {
        return locked(() -> rank(job, withSelf, clock.instant()));
    }

    /** With the lock held. */
    private Ranking rank(PlacementRequest job, boolean withSelf, Instant at) {
        if (withSelf) {
            peers.self().ifPresent(own -> view.gossip(asOfNow(own), at));
        }
        ClusterView now = view.view(at);
        return Placement.rank(withSelf ? now : now.others(), job, waiting.share(PlacementParameters.STANDARD, job));
    }

    /** This node as its own commands see it, which are served before those of others. */
    private dev.floe.placement.view.NodeLoad asOfNow(Peer own) {
        StateVersion stamp = stamps.get();
        NodeState told = own.lastState();
        return new dev.floe.placement.view.NodeLoad(own.info().id().toString(), stamp.epoch(), stamp.sequence(),
                room.getAsInt(), Duration.ZERO, told == null ? Long.MAX_VALUE : told.freeMemoryBytes());
    }

    /** @param best the first candidate worth an offer that was open; the offer counts already */
    record Selection(Ranking ranking, Optional<Candidate> best) {}

    /** Ranks and takes the best in one step, so that two jobs do not both choose the last free slot. */
    Selection reserveBest(PlacementRequest job, boolean withSelf, Predicate<Candidate> open) {
        return locked(() -> {
            Instant now = clock.instant();
            Ranking ranking = rank(job, withSelf, now);
            Optional<Candidate> best = ranking.offers(open).stream().findFirst();
            best.ifPresent(candidate -> reserve(candidate.node(), job, now));
            changes.looked(best.isPresent());
            return new Selection(ranking, best);
        });
    }

    /**
     * Takes this node itself if it would be {@link #reserveBest chosen}, or is the only one; where all nodes are full,
     * it is not.
     */
    public boolean tryReserveLocal(PlacementRequest job) {
        return locked(() -> {
            Instant now = clock.instant();
            Ranking ranking = rank(job, true, now);
            Optional<NodeView> us = ranking.offers().stream().findFirst().map(Candidate::node).filter(NodeView::self);
            us.ifPresent(node -> reserve(node, job, now));
            return us.isPresent() || ranking.candidates().isEmpty();
        });
    }

    /**
     * A node for a second copy of a job that another has taken, if that is worthwhile and takes no slot for which a job
     * waits; the copy counts until {@link #endCopy}. There is none before a job has ended: until then all run times are
     * guesses.
     */
    public Optional<Candidate> reserveCopy(PlacementRequest job, RunningCopy running, boolean withSelf,
            Predicate<Candidate> open) {
        return locked(() -> {
            if (!waiting.isEmpty() || !runTimes.hasObservations() || !copies.mayBegin(running)) {
                return Optional.empty();
            }
            Instant now = clock.instant();
            Optional<Candidate> best = copies.best(running,
                    rank(job, withSelf, now).candidates().stream().filter(open));
            best.ifPresent(candidate -> {
                copies.begin();
                view.dispatched(candidate.node().id(), job, now);
            });
            return best;
        });
    }

    /** A second copy is at its end. */
    public void endCopy() {
        update(copies::end);
    }

    /** A second copy is no longer wanted from the node, which did nothing wrong. */
    public void endCopy(String node, PlacementRequest job) {
        update(() -> {
            copies.end();
            view.abandoned(node, job.key());
        });
    }

    /** With the lock held. */
    private void reserve(NodeView node, PlacementRequest job, Instant now) {
        view.dispatched(node.id(), job, now);
        if (node.self()) {
            chosenHere.put(job.key(), node.id());
        } else {
            peers.address(node.id())
                    .ifPresent(peer -> roundTrips.offered(node.id(), peer.address(), now, this::measured));
        }
    }

    private void measured(String node, Duration roundTrip) {
        update(() -> view.measured(node, roundTrips.add(node, roundTrip)));
    }

    /** A node has received inputs of a job, which took {@code time} from its answer on. */
    public void transferred(String node, long bytes, Duration time) {
        locked(() -> {
            bandwidths.add(node, bytes, time, roundTrips.shortest(node).orElse(Duration.ZERO))
                    .ifPresent(bytesPerSecond -> view.measuredBandwidth(node, bytesPerSecond));
            return node;
        });
    }

    public Duration predict(String source, String flags) {
        return locked(() -> runTimes.predict(source, flags, 0));
    }

    void dispatched(String node, PlacementRequest job) {
        locked(() -> {
            view.dispatched(node, job, clock.instant());
            return node;
        });
    }

    /** The node took the job, now or for later. */
    public void answered(String node, PlacementRequest job, WireState state) {
        update(() -> view.answered(node, job.key(), PlacementAdapter.state(node, state), clock.instant()));
    }

    public void refused(String node, PlacementRequest job, WireState state) {
        update(() -> view.refused(node, job.key(), PlacementAdapter.state(node, state), clock.instant()));
    }

    /** The job waits for an executor from now on, until the result is closed. */
    public PendingJob registerPending(PlacementRequest job) {
        return locked(() -> {
            waiting.add(job);
            return new PendingJob(job);
        });
    }

    /** How often something was heard that may change a ranking; see {@link #awaitChange}. */
    long changeCount() {
        return locked(changes::count);
    }

    /** Waits until something was heard since {@link #changeCount()} was {@code seen}, or {@code limit} has passed. */
    void awaitChange(long seen, Duration limit) throws IOException {
        lock.lock();
        try {
            changes.await(seen, limit);
        } finally {
            lock.unlock();
        }
    }

    /** The slots of this node, or the line before them, have changed. */
    public void localSlotsChanged() {
        lock.lock();
        try {
            int before = lastRoom;
            lastRoom = room.getAsInt();
            if (lastRoom > before && peers.self().isPresent() && changes.hasWaiters()) {
                changes.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A job that no executor has taken yet; if this node chose itself for it, that counts until then. */
    public final class PendingJob implements AutoCloseable {
        private final PlacementRequest job;
        private boolean over; // guarded by lock

        private PendingJob(PlacementRequest job) {
            this.job = job;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (!over) {
                    over = true;
                    waiting.remove(job);
                }
                String node = chosenHere.remove(job.key());
                if (node != null) {
                    view.abandoned(node, job.key());
                    changes.signal();
                } else {
                    changes.passOn();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** The node brought the job to its end; {@code ran} is what the compiler took there. */
    public void finished(Candidate by, String source, String flags, WireState state, Duration ran) {
        update(() -> {
            String node = by.node().id();
            view.finished(node, PlacementAdapter.state(node, state), clock.instant());
            if (by.way().emulated()) {
                runTimes.known(source, flags).ifPresent(known -> view.emulated(node, known, ran));
            }
            runTimes.observed(source, flags, 0, Duration.ofNanos((long) (ran.toNanos() * by.way().speed())));
        });
    }

    /** The job is no longer wanted from the node, which did nothing wrong. */
    public void abandoned(String node, PlacementRequest job) {
        update(() -> view.abandoned(node, job.key()));
    }

    public void failed(String node, PlacementRequest job) {
        update(() -> view.failed(node, job.key(), clock.instant()));
    }
}

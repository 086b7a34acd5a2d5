package dev.floe.node.submitter.schedule;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.LockRank;
import dev.floe.node.bounds.OrderedLock;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.placement.Candidate;
import dev.floe.placement.ClusterView;
import dev.floe.placement.LocalView;
import dev.floe.placement.NodeView;
import dev.floe.placement.Placement;
import dev.floe.placement.PlacementParameters;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.Ranking;
import dev.floe.placement.RunTimePredictor;
import dev.floe.placement.StalenessPolicy;

/**
 * The mesh as this submitter sees it: the replicated state, corrected at once by its own offers and by each answer, and
 * this node as it is. One lock around the single-owner values of the placement module; nothing blocks under it.
 */
public final class SubmitterScheduler {
    private static final int SOURCES = 20_000;
    private static final Duration UNKNOWN_RUN_TIME = Duration.ofSeconds(2);
    /**
     * After a change, how many waiting jobs may retry without success before no more are woken; jobs differ in where
     * they may run.
     */
    private static final int LOOKS = 4;

    private final InstantSource clock;
    private final Supplier<StateVersion> stamps;
    private final IntSupplier room;
    private final PlacementParameters policy = PlacementParameters.STANDARD;
    private final OrderedLock lock = new OrderedLock(LockRank.SUBMITTER_SCHEDULER); // guards all below
    private final LocalView view = new LocalView(StalenessPolicy.STANDARD);
    private final RunTimePredictor runTimes = new RunTimePredictor(SOURCES, UNKNOWN_RUN_TIME);
    private final Condition changed = lock.newCondition();
    private long changeCount;
    private int wakeBudget; // how many more waiting jobs are to look for room
    private Roster roster = new Roster(List.of());
    private Map<String, Peer> peers = Map.of(); // by id, in the order of the roster
    private @Nullable Peer self; // this node, if it executes
    // This node's id at that time, by the keys of jobs it is chosen for.
    private final Map<String, String> chosenHere = new HashMap<>();
    private int lastRoom;
    private int waitingJobs;
    private Duration waitingWork = Duration.ZERO;

    /**
     * @param stamps the next of this node's
     * @param room   how many more commands of this node would get a slot of it at once, negative where they wait; does
     *               not block
     */
    public SubmitterScheduler(InstantSource clock, Supplier<StateVersion> stamps, IntSupplier room) {
        this.clock = clock;
        this.stamps = stamps;
        this.room = room;
    }

    /** Where a peer's data plane is. */
    public record PeerAddress(String id, String name, InetSocketAddress address, List<String> unavailable) {}

    /** The mesh has changed, or a node in it has said something. */
    public void accept(Roster changed) {
        lock.lock();
        try {
            roster = changed;
            Map<String, Peer> before = peers;
            peers = new LinkedHashMap<>();
            for (Peer peer : changed.peers()) {
                String id = peer.info().id().toString();
                peers.put(id, peer);
                updatePeer(id, before.get(id), peer);
            }
            self = peers.values().stream().filter(peer -> peer.self() && peer.info().offering().executes())
                    .findFirst().orElse(null);
            before.keySet().stream().filter(id -> !peers.containsKey(id)).forEach(view::left);
            signalChange();
        } finally {
            lock.unlock();
        }
    }

    /** Takes in what is new of a node; most have said nothing since, whenever one has. */
    private void updatePeer(String id, @Nullable Peer before, Peer now) {
        if (before == null || !before.info().equals(now.info())
                || PlacementAdapter.draining(before) != PlacementAdapter.draining(now)) {
            view.described(PlacementAdapter.profile(id, now));
        }
        NodeState state = now.lastState();
        if (state != null && (before == null || !state.equals(before.lastState()))) {
            view.gossip(PlacementAdapter.state(id, state), clock.instant().minus(now.age()));
        }
    }

    /** Whether any node but this one executes at all. */
    public boolean hasExecutors() {
        lock.lock();
        try {
            return peers.values().stream().anyMatch(peer -> !peer.self() && peer.info().offering().executes()
                    && peer.info().offering().slots() > 0);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Slots of other nodes that jobs of this one hold or would get now.
     *
     * @param suitable whether a node that executes can run this machine's compilers, or substitutes for them; does not
     *                 block
     */
    int reachableSlots(Predicate<NodeInfo> suitable) {
        lock.lock();
        try {
            Instant now = clock.instant();
            return peers.entrySet().stream().filter(peer -> !peer.getValue().self())
                    .filter(peer -> peer.getValue().info().offering().executes())
                    .filter(peer -> suitable.test(peer.getValue().info()))
                    .mapToInt(peer -> view.reachableSlots(peer.getKey(), now)).sum();
        } finally {
            lock.unlock();
        }
    }

    /** The id of the node with a name; empty if there is none. */
    public Optional<String> named(String name) {
        lock.lock();
        try {
            return peers.entrySet().stream().filter(peer -> peer.getValue().info().name().equals(name))
                    .map(Map.Entry::getKey).findFirst();
        } finally {
            lock.unlock();
        }
    }

    /** The name of the node with an id; the id itself if it has left. */
    public String name(String id) {
        lock.lock();
        try {
            return roster.nameOf(id).orElse(id);
        } finally {
            lock.unlock();
        }
    }

    /** How to reach a node; empty if it has left. */
    public Optional<PeerAddress> route(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(peers.get(id)).map(peer -> new PeerAddress(id, peer.info().name(),
                    new InetSocketAddress(peer.info().host(), peer.info().dataPort()),
                    peer.info().offering().unavailable()));
        } finally {
            lock.unlock();
        }
    }

    public Ranking rank(PlacementRequest job, boolean withSelf) {
        lock.lock();
        try {
            return rank(job, withSelf, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private Ranking rank(PlacementRequest job, boolean withSelf, Instant at) {
        Peer own = self;
        if (withSelf && own != null) {
            view.gossip(asOfNow(own), at);
        }
        ClusterView now = view.view(at);
        PlacementParameters shared = policy.sharing(Math.max(1, waitingJobs),
                waitingWork.compareTo(job.predicted()) < 0 ? job.predicted() : waitingWork);
        return Placement.rank(
                withSelf ? now : new ClusterView(now.nodes().stream().filter(node -> !node.self()).toList()), job,
                shared);
    }

    /** This node as its own commands see it, which are served before those of others. */
    private dev.floe.placement.NodeLoad asOfNow(Peer own) {
        StateVersion stamp = stamps.get();
        NodeState told = own.lastState();
        return new dev.floe.placement.NodeLoad(own.info().id().toString(), stamp.epoch(), stamp.sequence(),
                room.getAsInt(), Duration.ZERO, told == null ? Long.MAX_VALUE : told.freeMemoryBytes());
    }

    /** @param best the first candidate worth an offer that was open; the offer counts already */
    record Selection(Ranking ranking, Optional<Candidate> best) {}

    /** Ranks and takes the best in one step, so that two jobs do not both choose the last free slot. */
    Selection reserveBest(PlacementRequest job, boolean withSelf, Predicate<Candidate> open) {
        lock.lock();
        try {
            Instant now = clock.instant();
            Ranking ranking = rank(job, withSelf, now);
            Optional<Candidate> best = ranking.offers(open).stream().findFirst();
            best.ifPresent(candidate -> reserve(candidate.node(), job, now));
            wakeBudget = best.isPresent() ? LOOKS : Math.max(0, wakeBudget - 1);
            if (wakeBudget > 0) {
                changed.signal();
            }
            return new Selection(ranking, best);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes this node itself if it would be {@link #reserveBest chosen}, or is the only one; where all nodes are full,
     * it is not.
     */
    public boolean tryReserveLocal(PlacementRequest job) {
        lock.lock();
        try {
            Instant now = clock.instant();
            Ranking ranking = rank(job, true, now);
            Optional<NodeView> us = ranking.offers().stream().findFirst().map(Candidate::node).filter(NodeView::self);
            us.ifPresent(node -> reserve(node, job, now));
            return us.isPresent() || ranking.candidates().isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private void reserve(NodeView node, PlacementRequest job, Instant now) {
        view.dispatched(node.id(), job, now);
        if (node.self()) {
            chosenHere.put(job.key(), node.id());
        }
    }

    public Duration predict(String source, String flags) {
        lock.lock();
        try {
            return runTimes.predict(source, flags, 0);
        } finally {
            lock.unlock();
        }
    }

    void dispatched(String node, PlacementRequest job) {
        lock.lock();
        try {
            view.dispatched(node, job, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** The node took the job, now or for later. */
    public void answered(String node, PlacementRequest job, WireState state) {
        lock.lock();
        try {
            view.answered(node, job.key(), PlacementAdapter.state(node, state), clock.instant());
            signalChange();
        } finally {
            lock.unlock();
        }
    }

    public void refused(String node, PlacementRequest job, WireState state) {
        lock.lock();
        try {
            view.refused(node, job.key(), PlacementAdapter.state(node, state), clock.instant());
            signalChange();
        } finally {
            lock.unlock();
        }
    }

    /** The job waits for an executor from now on, until the result is closed. */
    public PendingJob registerPending(PlacementRequest job) {
        lock.lock();
        try {
            waitingJobs++;
            waitingWork = waitingWork.plus(job.predicted());
        } finally {
            lock.unlock();
        }
        return new PendingJob(job);
    }

    /** How often something was heard that may change a ranking; see {@link #awaitChange}. */
    long changeCount() {
        lock.lock();
        try {
            return changeCount;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until something has been heard since {@link #changeCount()} was {@code seen}, or {@code limit} has passed.
     * Of many that wait, one looks first, and the next while there is room: a hundred that look for one slot would keep
     * the processor from those that compile.
     */
    void awaitChange(long seen, Duration limit) throws IOException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (changeCount == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("this node is stopping", e);
        } finally {
            lock.unlock();
        }
    }

    private void signalChange() {
        changeCount++;
        wakeBudget = LOOKS;
        changed.signal();
    }

    /** The slots of this node, or the line before them, have changed. */
    public void localSlotsChanged() {
        lock.lock();
        try {
            int before = lastRoom;
            lastRoom = room.getAsInt();
            if (lastRoom > before && self != null && lock.hasWaiters(changed)) {
                signalChange();
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
                    waitingJobs--;
                    waitingWork = waitingWork.minus(job.predicted());
                }
                String node = chosenHere.remove(job.key());
                if (node != null) {
                    view.abandoned(node, job.key());
                    signalChange();
                } else if (wakeBudget > 0) {
                    changed.signal(); // it may have been woken to look, and not have looked
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** The node brought the job to its end; {@code ran} is what the compiler took there. */
    public void finished(Candidate by, String source, String flags, WireState state, Duration ran) {
        lock.lock();
        try {
            String node = by.node().id();
            view.finished(node, PlacementAdapter.state(node, state), clock.instant());
            signalChange();
            if (by.way().emulated()) {
                runTimes.known(source, flags).ifPresent(known -> view.emulated(node, known, ran));
            }
            runTimes.observed(source, flags, 0, Duration.ofNanos((long) (ran.toNanos() * by.way().speed())));
        } finally {
            lock.unlock();
        }
    }

    /** The job is no longer wanted from the node, which did nothing wrong. */
    public void abandoned(String node, PlacementRequest job) {
        lock.lock();
        try {
            view.abandoned(node, job.key());
            signalChange();
        } finally {
            lock.unlock();
        }
    }

    public void failed(String node, PlacementRequest job) {
        lock.lock();
        try {
            view.failed(node, job.key(), clock.instant());
            signalChange();
        } finally {
            lock.unlock();
        }
    }
}

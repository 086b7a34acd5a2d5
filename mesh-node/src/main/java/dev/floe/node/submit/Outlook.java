package dev.floe.node.submit;

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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.Stamp;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.placement.Candidate;
import dev.floe.placement.ClusterView;
import dev.floe.placement.Freshness;
import dev.floe.placement.Job;
import dev.floe.placement.LocalView;
import dev.floe.placement.NodeView;
import dev.floe.placement.Placement;
import dev.floe.placement.Policy;
import dev.floe.placement.Ranking;
import dev.floe.placement.RunTimes;

/**
 * The mesh as this submitter sees it: the replicated state, corrected at once by its own offers and by each answer, and this node as it is.
 * One lock around the single-owner values of the placement module; nothing blocks under it.
 */
public final class Outlook {
    private static final int SOURCES = 20_000;
    private static final Duration UNKNOWN_RUN_TIME = Duration.ofSeconds(2);
    /** After a change, how many waiting jobs may retry without success before no more are woken; jobs differ in where they may run. */
    private static final int LOOKS = 4;

    private final InstantSource clock;
    private final Supplier<Stamp> stamps;
    private final IntSupplier room;
    private final Policy policy = Policy.STANDARD;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final LocalView view = new LocalView(Freshness.STANDARD);
    private final RunTimes runTimes = new RunTimes(SOURCES, UNKNOWN_RUN_TIME);
    private final Condition heard = lock.newCondition();
    private long news;
    private int looks; // how many more waiting jobs are to look for room
    private Map<String, Peer> peers = Map.of(); // by id, in the order of the roster
    private @Nullable Peer self; // this node, if it executes
    private final Map<String, String> chosenHere = new HashMap<>(); // this node's id at that time, by the keys of jobs it is chosen for
    private int lastRoom;
    private int waitingJobs;
    private Duration waitingWork = Duration.ZERO;

    /**
     * @param stamps the next of this node's
     * @param room   how many more commands of this node would get a slot of it at once, negative where they wait; does not block
     */
    public Outlook(InstantSource clock, Supplier<Stamp> stamps, IntSupplier room) {
        this.clock = clock;
        this.stamps = stamps;
        this.room = room;
    }

    /** Where a peer's data plane is. */
    record Route(String id, String name, InetSocketAddress address, List<String> unavailable) {}

    /** The mesh has changed, or a node in it has said something. */
    public void accept(Roster changed) {
        lock.lock();
        try {
            Map<String, Peer> before = peers;
            peers = new LinkedHashMap<>();
            for (Peer peer : changed.peers()) {
                String id = peer.info().id().toString();
                peers.put(id, peer);
                look(id, before.get(id), peer);
            }
            self = peers.values().stream().filter(peer -> peer.self() && peer.info().offering().executes())
                    .findFirst().orElse(null);
            before.keySet().stream().filter(id -> !peers.containsKey(id)).forEach(view::left);
            hear();
        } finally {
            lock.unlock();
        }
    }

    /** Takes in what is new of a node; most have said nothing since, whenever one has. */
    private void look(String id, @Nullable Peer before, Peer now) {
        if (before == null || !before.info().equals(now.info()) || Terms.draining(before) != Terms.draining(now)) {
            view.described(Terms.profile(id, now));
        }
        NodeState state = now.lastState();
        if (state != null && (before == null || !state.equals(before.lastState()))) {
            view.gossip(Terms.state(id, state), clock.instant().minus(now.age()));
        }
    }

    /** Whether any node but this one executes at all. */
    boolean hasExecutors() {
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
     * @param suitable whether a node that executes can run this machine's compilers, or stand-ins for them; does not block
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
    Optional<String> named(String name) {
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
            Peer peer = peers.get(id);
            return peer == null ? id : peer.info().name();
        } finally {
            lock.unlock();
        }
    }

    /** How to reach a node; empty if it has left. */
    Optional<Route> route(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(peers.get(id)).map(peer -> new Route(id, peer.info().name(),
                    new InetSocketAddress(peer.info().host(), peer.info().dataPort()),
                    peer.info().offering().unavailable()));
        } finally {
            lock.unlock();
        }
    }

    Ranking rank(Job job, boolean withSelf) {
        lock.lock();
        try {
            return rank(job, withSelf, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private Ranking rank(Job job, boolean withSelf, Instant at) {
        Peer own = self;
        if (withSelf && own != null) {
            view.gossip(asOfNow(own), at);
        }
        ClusterView now = view.view(at);
        Policy shared = policy.sharing(Math.max(1, waitingJobs),
                waitingWork.compareTo(job.predicted()) < 0 ? job.predicted() : waitingWork);
        return Placement.rank(
                withSelf ? now : new ClusterView(now.nodes().stream().filter(node -> !node.self()).toList()), job,
                shared);
    }

    /** This node as its own commands see it, which are served before those of others. */
    private dev.floe.placement.NodeState asOfNow(Peer own) {
        Stamp stamp = stamps.get();
        NodeState told = own.lastState();
        return new dev.floe.placement.NodeState(own.info().id().toString(), stamp.epoch(), stamp.sequence(),
                room.getAsInt(), Duration.ZERO, told == null ? Long.MAX_VALUE : told.freeMemoryBytes());
    }

    /** @param best the first candidate worth an offer that was open; the offer counts already */
    record Choice(Ranking ranking, Optional<Candidate> best) {}

    /** Ranks and takes the best in one step, so that two jobs do not both choose the last free slot. */
    Choice choose(Job job, boolean withSelf, Predicate<Candidate> open) {
        lock.lock();
        try {
            Instant now = clock.instant();
            Ranking ranking = rank(job, withSelf, now);
            Optional<Candidate> best = ranking.offers(open).stream().findFirst();
            best.ifPresent(candidate -> take(candidate.node(), job, now));
            looks = best.isPresent() ? LOOKS : Math.max(0, looks - 1);
            if (looks > 0) {
                heard.signal();
            }
            return new Choice(ranking, best);
        } finally {
            lock.unlock();
        }
    }

    /** Takes this node itself if it would be {@link #choose chosen}, or is the only one; where all nodes are full, it is not. */
    boolean chooseHere(Job job) {
        lock.lock();
        try {
            Instant now = clock.instant();
            Ranking ranking = rank(job, true, now);
            Optional<NodeView> us = ranking.offers().stream().findFirst().map(Candidate::node).filter(NodeView::self);
            us.ifPresent(node -> take(node, job, now));
            return us.isPresent() || ranking.candidates().isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private void take(NodeView node, Job job, Instant now) {
        view.dispatched(node.id(), job, now);
        if (node.self()) {
            chosenHere.put(job.key(), node.id());
        }
    }

    Duration predict(String source, String flags) {
        lock.lock();
        try {
            return runTimes.predict(source, flags, 0);
        } finally {
            lock.unlock();
        }
    }

    void dispatched(String node, Job job) {
        lock.lock();
        try {
            view.dispatched(node, job, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** The node took the job, now or for later. */
    void answered(String node, Job job, WireState state) {
        lock.lock();
        try {
            view.answered(node, job.key(), Terms.state(node, state), clock.instant());
            hear();
        } finally {
            lock.unlock();
        }
    }

    void refused(String node, Job job, WireState state) {
        lock.lock();
        try {
            view.refused(node, job.key(), Terms.state(node, state), clock.instant());
            hear();
        } finally {
            lock.unlock();
        }
    }

    /** The job waits for an executor from now on, until the result is closed. */
    Waiting waiting(Job job) {
        lock.lock();
        try {
            waitingJobs++;
            waitingWork = waitingWork.plus(job.predicted());
        } finally {
            lock.unlock();
        }
        return new Waiting(job);
    }

    /** How often something was heard that may change a ranking; see {@link #awaitNews}. */
    long news() {
        lock.lock();
        try {
            return news;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until something has been heard since {@link #news()} was {@code seen}, or {@code limit} has passed. Of many that wait, one looks
     * first, and the next while there is room: a hundred that look for one slot would keep the processor from those that compile.
     */
    void awaitNews(long seen, Duration limit) throws IOException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (news == seen && left > 0) {
                left = heard.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("this node is stopping", e);
        } finally {
            lock.unlock();
        }
    }

    private void hear() {
        news++;
        looks = LOOKS;
        heard.signal();
    }

    /** The slots of this node, or the line before them, have changed. */
    public void slotsChanged() {
        lock.lock();
        try {
            int before = lastRoom;
            lastRoom = room.getAsInt();
            if (lastRoom > before && self != null && lock.hasWaiters(heard)) {
                hear();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A job that no executor has taken yet; if this node chose itself for it, that counts until then. */
    final class Waiting implements AutoCloseable {
        private final Job job;
        private boolean over; // guarded by lock

        private Waiting(Job job) {
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
                    hear();
                } else if (looks > 0) {
                    heard.signal(); // it may have been woken to look, and not have looked
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** The node brought the job to its end; {@code ran} is what the compiler took there. */
    void finished(Candidate by, String source, String flags, WireState state, Duration ran) {
        lock.lock();
        try {
            String node = by.node().id();
            view.finished(node, Terms.state(node, state), clock.instant());
            hear();
            if (by.way().emulated()) {
                runTimes.known(source, flags).ifPresent(known -> view.emulated(node, known, ran));
            }
            runTimes.observed(source, flags, 0, Duration.ofNanos((long) (ran.toNanos() * by.way().speed())));
        } finally {
            lock.unlock();
        }
    }

    /** The job is no longer wanted from the node, which did nothing wrong. */
    void abandoned(String node, Job job) {
        lock.lock();
        try {
            view.abandoned(node, job.key());
            hear();
        } finally {
            lock.unlock();
        }
    }

    void failed(String node, Job job) {
        lock.lock();
        try {
            view.failed(node, job.key(), clock.instant());
            hear();
        } finally {
            lock.unlock();
        }
    }
}

package dev.floe.node.watch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;

/**
 * Watches the whole mesh for those who look at it through this node. While nobody does it holds nothing, and no peer
 * sends anything; the first watcher makes it subscribe to all peers, and it ends that some seconds after the last has
 * left. Thread-safe.
 *
 * <p>Lock order: with this object's lock held only that of the job log is taken. Listeners are called without it.
 */
public final class MeshWatcher implements MeshFeed, AutoCloseable {
    private static final Duration FIRST_SAMPLES = Duration.ofSeconds(1);
    private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int SHOWN_JOBS = 50;
    private static final int SHOWN_REASONS = 50;

    private final Supplier<Names> names;
    private final JobLog log;
    private final Supplier<NodeSample> ownSample;
    private final Supplier<Roster> roster;
    private final InstantSource clock;
    private final Linger linger;

    private final PeerWatch.WatchListener events = new PeerWatch.WatchListener() {
        @Override
        public void sample(NodeInfo peer, NodeSample sample) {
            MeshWatcher.this.sample(peer, sample);
        }

        @Override
        public void ended(List<JobRecord> jobs, boolean live) {
            MeshWatcher.this.ended(jobs, live);
        }

        @Override
        public void lost(NodeInfo peer) {
            MeshWatcher.this.lost(peer);
        }
    };

    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition sampled = lock.newCondition();
    private final Set<WatchSubscription> subscriptions = new HashSet<>();
    private final WatchedPeers peers;
    private RecentJobs recent = new RecentJobs();
    private JobLog.@Nullable Following own; // null while nobody watches
    private int uses; // subscriptions, and calls of snapshot that wait
    private boolean closed;

    /** Runs an action some time after the last watcher has left. */
    @FunctionalInterface
    public interface Linger {
        void after(Runnable action);
    }

    /**
     * The mesh that is watched: the names of this node and of its mesh, and the mesh's id; both empty for a node in no
     * mesh.
     */
    public record Names(String self, String mesh, String meshId) {}

    /** What this node knows of its own jobs, without asking anybody. */
    public record OwnJobs(JobLog log, Supplier<NodeSample> sample) {}

    public MeshWatcher(Supplier<Names> names, OwnJobs jobs, Supplier<Roster> roster,
            PeerOpener connections, InstantSource clock, Linger linger) {
        this.names = names;
        this.log = jobs.log();
        this.ownSample = jobs.sample();
        this.roster = roster;
        this.clock = clock;
        this.linger = linger;
        this.peers = new WatchedPeers(info -> new PeerWatch(info, connections, events));
    }

    @Override
    public Subscription subscribe(Duration interval, Listener listener) {
        WatchSubscription subscription = new WatchSubscription(interval, listener, this::now, this::end);
        lock.lock();
        try {
            subscriptions.add(subscription);
            begin();
        } finally {
            lock.unlock();
        }
        rosterChanged(roster.get());
        subscription.start();
        return subscription;
    }

    private void end(WatchSubscription subscription) {
        if (locked(() -> subscriptions.remove(subscription))) {
            leave();
        }
    }

    /** With the lock held: somebody looks. */
    private void begin() {
        uses++;
        if (own == null && !closed) {
            recent = new RecentJobs();
            // First, so that no job that ends meanwhile is missed; its thread waits for this object's lock.
            own = log.follow(job -> ended(List.of(job), true));
            log.all().forEach(job -> recent.add(job, System.nanoTime() - 2 * RATE_NANOS));
        }
    }

    private void leave() {
        if (locked(() -> --uses == 0)) {
            linger.after(this::stopIfUnused);
        }
    }

    private void stopIfUnused() {
        List<PeerWatch> ending;
        lock.lock();
        try {
            if (uses > 0) {
                return;
            }
            ending = stop();
        } finally {
            lock.unlock();
        }
        ending.forEach(PeerWatch::close);
    }

    /** With the lock held. */
    private List<PeerWatch> stop() {
        if (own != null) {
            own.close();
            own = null;
        }
        List<PeerWatch> ending = peers.clear();
        recent = new RecentJobs();
        return ending;
    }

    /** The mesh has changed: new peers are watched, those that are gone are not. Does not block. */
    public void rosterChanged(Roster now) {
        WatchedPeers.WatchChanges changes;
        lock.lock();
        try {
            if (own == null) {
                return;
            }
            changes = peers.update(now);
        } finally {
            lock.unlock();
        }
        changes.ending().forEach(PeerWatch::close);
        changes.starting().forEach(PeerWatch::start);
    }

    private void sample(NodeInfo peer, NodeSample sample) {
        boolean missed;
        lock.lock();
        try {
            missed = peers.add(peer.id(), sample);
            sampled.signalAll();
        } finally {
            lock.unlock();
        }
        if (missed) {
            subscriptions().forEach(WatchSubscription::restart);
        }
    }

    private void ended(List<JobRecord> jobs, boolean live) {
        List<JobRecord> unknown = new ArrayList<>();
        List<WatchSubscription> told;
        lock.lock();
        try {
            if (own == null) {
                return;
            }
            long now = System.nanoTime();
            for (JobRecord job : jobs) {
                if (recent.add(job, live ? now : now - 2 * RATE_NANOS)) {
                    unknown.add(job);
                }
            }
            told = live && !unknown.isEmpty() ? List.copyOf(subscriptions) : List.of();
        } finally {
            lock.unlock();
        }
        told.forEach(subscription -> subscription.add(unknown));
    }

    private void lost(NodeInfo peer) {
        lock.lock();
        try {
            peers.lost(peer.id());
            sampled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MeshSnapshot snapshot() {
        lock.lock();
        try {
            begin();
        } finally {
            lock.unlock();
        }
        try {
            rosterChanged(roster.get());
            awaitSamples();
            return now();
        } finally {
            leave();
        }
    }

    private void awaitSamples() {
        lock.lock();
        try {
            long left = FIRST_SAMPLES.toNanos();
            while (!peers.haveAnswered() && left > 0) {
                left = sampled.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private MeshSnapshot now() {
        NodeSample mine = ownSample.get();
        List<Peer> known = roster.get().peers();
        lock.lock();
        try {
            List<MeshSnapshot.NodeStatus> nodes = known.stream()
                    .map(peer -> new MeshSnapshot.NodeStatus(peer,
                            peer.self() ? Optional.of(mine) : peers.sample(peer.info().id())))
                    .toList();
            double rate = recent.since(System.nanoTime() - RATE_NANOS)
                    / (double) TimeUnit.NANOSECONDS.toSeconds(RATE_NANOS);
            return new MeshSnapshot(clock.instant(), names.get(), nodes, new MeshSnapshot.JobActivity(rate,
                    recent.newest(SHOWN_JOBS), recent.reasons(SHOWN_REASONS), peers.lostJobs()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<JobRecord> recent() {
        return locked(() -> own == null ? log.all() : recent.all());
    }

    private List<WatchSubscription> subscriptions() {
        return locked(() -> List.copyOf(subscriptions));
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<PeerWatch> ending;
        lock.lock();
        try {
            closed = true;
            ending = stop();
        } finally {
            lock.unlock();
        }
        ending.forEach(PeerWatch::close);
        subscriptions().forEach(WatchSubscription::close);
    }
}

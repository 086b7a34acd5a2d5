package dev.floe.node.watch;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.PeerStream;

/**
 * Watches the whole mesh for those who look at it through this node. While nobody does it holds nothing, and no peer
 * sends anything; the first watcher makes it subscribe to all peers, and it ends that some seconds after the last has
 * left. Thread-safe.
 *
 * <p>Lock order: this object's lock is innermost. Listeners are called without it.
 */
public final class MeshWatcher implements MeshFeed, AutoCloseable {
    private static final Duration FIRST_SAMPLES = Duration.ofSeconds(1);
    private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int SHOWN_JOBS = 50;
    private static final int SHOWN_REASONS = 50;

    private final String self;
    private final String mesh;
    private final String meshId;
    private final JobLog log;
    private final Supplier<NodeSample> ownSample;
    private final Supplier<Roster> roster;
    private final PeerOpener connections;
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
    private final Map<NodeId, PeerWatch> peers = new HashMap<>();
    private final Map<NodeId, NodeSample> samples = new HashMap<>();
    private final Set<NodeId> answered = new HashSet<>(); // have sent a sample, or cannot
    private final Map<NodeId, Long> lost = new HashMap<>();
    private RecentJobs recent = new RecentJobs();
    private JobLog.@Nullable Following own; // null while nobody watches
    private int uses; // subscriptions, and calls of snapshot that wait
    private boolean closed;

    /** Opens the exchange in which a peer sends what it does. */
    @FunctionalInterface
    public interface PeerOpener {
        PeerStream open(InetSocketAddress peer) throws IOException;
    }

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

    public MeshWatcher(Names names, JobLog log, Supplier<NodeSample> ownSample, Supplier<Roster> roster,
            PeerOpener connections, InstantSource clock, Linger linger) {
        this.self = names.self();
        this.mesh = names.mesh();
        this.meshId = names.meshId();
        this.log = log;
        this.ownSample = ownSample;
        this.roster = roster;
        this.connections = connections;
        this.clock = clock;
        this.linger = linger;
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
        boolean ended;
        lock.lock();
        try {
            ended = subscriptions.remove(subscription);
        } finally {
            lock.unlock();
        }
        if (ended) {
            leave();
        }
    }

    /** With the lock held: somebody looks. */
    private void begin() {
        uses++;
        if (own == null && !closed) {
            recent = new RecentJobs();
            log.all().forEach(job -> recent.add(job, System.nanoTime() - 2 * RATE_NANOS));
            own = log.follow(job -> ended(List.of(job), true));
        }
    }

    private void leave() {
        boolean last;
        lock.lock();
        try {
            uses--;
            last = uses == 0;
        } finally {
            lock.unlock();
        }
        if (last) {
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
        List<PeerWatch> ending = List.copyOf(peers.values());
        peers.clear();
        samples.clear();
        answered.clear();
        lost.clear();
        recent = new RecentJobs();
        return ending;
    }

    /** The mesh has changed: new peers are watched, those that are gone are not. Does not block. */
    public void rosterChanged(Roster now) {
        List<PeerWatch> ending = new ArrayList<>();
        List<PeerWatch> starting = new ArrayList<>();
        lock.lock();
        try {
            if (own == null) {
                return;
            }
            Set<NodeId> present = new HashSet<>();
            for (Peer peer : now.others()) {
                NodeInfo info = peer.info();
                present.add(info.id());
                peers.computeIfAbsent(info.id(), _ -> {
                    PeerWatch watch = new PeerWatch(info, connections, events);
                    starting.add(watch);
                    return watch;
                });
            }
            peers.entrySet().removeIf(entry -> {
                boolean gone = !present.contains(entry.getKey());
                if (gone) {
                    ending.add(entry.getValue());
                    samples.remove(entry.getKey());
                    answered.remove(entry.getKey());
                }
                return gone;
            });
        } finally {
            lock.unlock();
        }
        ending.forEach(PeerWatch::close);
        starting.forEach(PeerWatch::start);
    }

    private void sample(NodeInfo peer, NodeSample sample) {
        boolean missed;
        lock.lock();
        try {
            if (!peers.containsKey(peer.id())) {
                return;
            }
            samples.put(peer.id(), sample);
            answered.add(peer.id());
            Long before = lost.put(peer.id(), sample.lost());
            missed = before != null && sample.lost() > before;
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
            if (peers.containsKey(peer.id())) {
                samples.remove(peer.id());
                lost.remove(peer.id());
                answered.add(peer.id());
                sampled.signalAll();
            }
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
            while (!answered.containsAll(peers.keySet()) && left > 0) {
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
                            Optional.ofNullable(peer.self() ? mine : samples.get(peer.info().id()))))
                    .toList();
            double rate = recent.since(System.nanoTime() - RATE_NANOS)
                    / (double) TimeUnit.NANOSECONDS.toSeconds(RATE_NANOS);
            return new MeshSnapshot(clock.instant(), self, mesh, meshId, nodes, rate, recent.newest(SHOWN_JOBS),
                    recent.reasons(SHOWN_REASONS), lost.values().stream().mapToLong(Long::longValue).sum());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<JobRecord> recent() {
        lock.lock();
        try {
            return own == null ? log.all() : recent.all();
        } finally {
            lock.unlock();
        }
    }

    private List<WatchSubscription> subscriptions() {
        lock.lock();
        try {
            return List.copyOf(subscriptions);
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

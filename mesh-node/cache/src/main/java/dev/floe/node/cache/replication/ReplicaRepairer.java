package dev.floe.node.cache.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.cache.transfer.CacheContext;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/**
 * Repairs replicas on one thread, which goes through all results of this node. It does so at the start, to enter them
 * in the index, and after a node has left that may have held a second copy or both entries of the index. A round
 * announces each result, the latest first, and copies those that only this node holds; the oldest first, since each
 * copy counts as a use here and the order of use is to stay. Both at a bounded rate.
 */
public final class ReplicaRepairer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ReplicaRepairer.class);

    private final CacheContext parts;
    private final ReplicaSender copies;
    private final RateLimiter throttle;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // All below is guarded by the lock.
    private Set<NodeId> keepers = Set.of();
    private boolean joined;
    private boolean wanted;
    private long wantedAt; // nanoseconds of System.nanoTime, if wanted
    private boolean alone; // the last round left results without a second copy because nobody could take it
    private boolean closing;

    public ReplicaRepairer(CacheContext parts, ReplicaSender copies) {
        this.parts = parts;
        this.copies = copies;
        throttle = new RateLimiter(parts.settings().restoredPerSecond(), parts.settings().restoredBytes());
        thread = Thread.ofPlatform().name("floe-cache-restore").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Sees who is there; quick. */
    public void accept(Roster roster) {
        Set<NodeId> present = roster.others().stream().filter(peer -> peer.info().offering().cacheBytes() > 0)
                .map(peer -> peer.info().id()).collect(Collectors.toUnmodifiableSet());
        lock.lock();
        try {
            if (!joined && roster.peers().stream().anyMatch(Peer::self)) {
                joined = true;
                requestRepair(Duration.ZERO);
            }
            if (!present.containsAll(keepers)) {
                requestRepair(parts.settings().grace());
            }
            if (alone && !keepers.containsAll(present)) {
                requestRepair(Duration.ZERO);
            }
            keepers = present;
        } finally {
            lock.unlock();
        }
    }

    /** A result was left without its second copy. */
    public void onBacklogDropped() {
        lock.lock();
        try {
            requestRepair(parts.settings().retry());
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private void requestRepair(Duration delay) {
        long at = System.nanoTime() + delay.toNanos();
        wantedAt = wanted && wantedAt - at < 0 ? wantedAt : at;
        wanted = true;
        changed.signalAll();
    }

    private void run() {
        try {
            while (awaitWanted()) {
                try {
                    repairAll();
                } catch (RuntimeException e) { // a fault with one result must not end the repair of all others
                    LOG.error("replicas are not repaired; it is tried again later", e);
                    onBacklogDropped();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("closing");
        }
    }

    private boolean awaitWanted() throws InterruptedException {
        lock.lock();
        try {
            while (!closing && (!wanted || wantedAt - System.nanoTime() > 0)) {
                if (wanted) {
                    changed.awaitNanos(wantedAt - System.nanoTime());
                } else {
                    changed.await();
                }
            }
            wanted = false;
            alone = false;
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    private void repairAll() throws InterruptedException {
        List<ActionKey> single = new ArrayList<>();
        boolean whole = true;
        for (ActionKey key : parts.local().keys().reversed()) {
            pace();
            switch (parts.announce(key)) {
                case ResultStatus.Held(List<Peer> holders) when holders.size() > 1 ->
                    throttle.passed(0, System.nanoTime());
                case ResultStatus.Unknown _ -> {
                    throttle.passed(0, System.nanoTime());
                    whole = false;
                }
                case ResultStatus.Held _,ResultStatus.InProgress _,ResultStatus.NotFound _ -> {
                    throttle.passed(0, System.nanoTime());
                    single.add(key);
                }
            }
        }
        whole &= copies.possible() ? copyAll(single) : leave(single);
        if (!whole) {
            onBacklogDropped();
        }
    }

    /** Until somebody comes who can take them. */
    private boolean leave(List<ActionKey> single) {
        lock.lock();
        try {
            alone = !single.isEmpty();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean copyAll(List<ActionKey> single) throws InterruptedException {
        int copied = 0;
        int failed = 0;
        for (ActionKey key : single.reversed()) {
            pace();
            Optional<ActionResult> result = parts.findUsable(key);
            if (result.isEmpty()) {
                continue;
            }
            OptionalLong sent = copies.copy(key, result.get());
            throttle.passed(sent.orElse(0), System.nanoTime());
            copied += sent.isPresent() ? 1 : 0;
            failed += sent.isPresent() ? 0 : 1;
        }
        if (copied + failed > 0) {
            LOG.info("replicas repaired copied={} failed={}", copied, failed);
        }
        return failed == 0;
    }

    /** Waits until the next result may pass. */
    private void pace() throws InterruptedException {
        lock.lock();
        try {
            for (long wait = throttle.waitNanos(System.nanoTime()); wait > 0 && !closing;) {
                wait = changed.awaitNanos(wait);
            }
            if (closing) {
                throw new InterruptedException("closing");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread and waits for it; does not interrupt it, since that would close the files that it reads. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.floe.node.mesh;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.infinispan.commons.CacheException;
import org.infinispan.commons.IllegalLifecycleStateException;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.LockRank;
import dev.floe.node.bounds.OrderedLock;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.NodeStateSource;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.store.FailureText;

/**
 * Synchronizes the state of this node with the {@link SharedMaps}, on the only thread that writes and reads them. A
 * write can block behind a peer that is slow to take it, so nobody else may do it.
 *
 * <p>The map is asynchronous and may lose a write, mostly a joiner's first; so each node repeats itself after every
 * change of members and at every heartbeat, and the map heals without anyone noticing what was lost.
 */
final class StateSynchronizer implements SharedMaps.MapListener, AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(StateSynchronizer.class);
    /** However many records come, the shared maps is read no more often than this. */
    private static final long READ_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final LongSupplier nanoClock;
    private final PublishIntervals pace;
    private volatile long epoch; // of this start of the node; 0 before it has started
    private final long forgetNanos;
    private final Runnable onMembers;
    private final AtomicLong sequence = new AtomicLong();
    private final List<Consumer<Roster>> listeners = new CopyOnWriteArrayList<>();
    private final PeerTable sightings = new PeerTable();
    /** Written by the thread alone. */
    private volatile long membersSince;

    private final OrderedLock lock = new OrderedLock(LockRank.MESH_STATE);
    private final Condition work = lock.newCondition();
    // All below is guarded by the lock.
    private final OwnRecords own;
    private List<String> members = List.of();
    private boolean markUnread = true;
    private long readAt;
    private boolean membersMoved = true;
    private boolean closing;
    private @Nullable Thread thread;

    /** Records of members that left are removed after {@code forget}; {@code onMembers} runs when members came. */
    StateSynchronizer(PublishIntervals pace, LongSupplier nanoClock, Duration forget, Runnable onMembers) {
        this.pace = pace;
        this.nanoClock = nanoClock;
        this.forgetNanos = forget.toNanos();
        this.onMembers = onMembers;
        own = new OwnRecords(pace);
        membersSince = nanoClock.getAsLong();
        readAt = membersSince - READ_GAP_NANOS;
    }

    /** Begins to stamp what this node says. */
    void begin(long ownEpoch) {
        epoch = ownEpoch;
    }

    /** Begins to write and read. */
    void start(SharedMaps sharedMaps) {
        locked(() -> thread = Thread.ofPlatform().name("floe-state-sync").daemon().start(() -> run(sharedMaps)));
    }

    /** This node's own roster has it at once: a node that has just started is asked whom it knows. */
    void publish(NodeInfo what) {
        locked(() -> {
            own.set(what);
            readAt = nanoClock.getAsLong() - READ_GAP_NANOS;
            markUnread(true);
        });
    }

    /** @param source asked again when the others are told */
    void publish(NodeState what, NodeStateSource source) {
        locked(() -> {
            markUnread(own.set(what, source));
        });
    }

    StateVersion nextStamp() {
        return new StateVersion(epoch, sequence.incrementAndGet());
    }

    Roster roster() {
        return sightings.roster(nanoClock.getAsLong());
    }

    Optional<String> duplicateNodeId() {
        return sightings.duplicateNodeId();
    }

    /** Since when the members are the same. */
    long membersSince() {
        return membersSince;
    }

    void onChange(Consumer<Roster> listener) {
        listeners.add(listener);
    }

    @Override
    public void recordCame() {
        locked(() -> markUnread(false));
    }

    /**
     * Call with the lock held, when there is something to read. Wakes the thread only for the first of a burst of
     * records, and not before it may read again, when it wakes by itself.
     */
    private void markUnread(boolean orToTell) {
        boolean first = !markUnread && nanoClock.getAsLong() - readAt >= READ_GAP_NANOS;
        markUnread = true;
        if (first || orToTell) {
            work.signalAll();
        }
    }

    @Override
    public void membersChanged() {
        locked(() -> {
            membersMoved = true;
            work.signalAll();
        });
    }

    /** Ends the thread and waits for it. */
    @Override
    public void close() {
        Thread running = ending();
        try {
            if (running != null) {
                running.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(SharedMaps sharedMaps) {
        while (awaitWork()) {
            try {
                onMembershipChange(sharedMaps);
                write(sharedMaps);
                read(sharedMaps);
            } catch (IllegalLifecycleStateException e) {
                LOG.debug("the group is closing");
            } catch (CacheException e) {
                LOG.warn("cannot publish the record of this node reason=\"{}\"", FailureText.of(e));
            } catch (RuntimeException e) {
                LOG.error("a listener of the group failed", e);
            }
        }
    }

    /** Waits until there may be something to do; false if the end has come. */
    private boolean awaitWork() {
        lock.lock();
        try {
            long now = nanoClock.getAsLong();
            long wait = own.delayNanos(now, members.size());
            if (markUnread || now - readAt < READ_GAP_NANOS) {
                wait = Math.min(wait, readAt + READ_GAP_NANOS - now);
            }
            if (!closing && !membersMoved && wait > 0) {
                work.awaitNanos(Math.min(wait, forgetNanos));
            }
            return !closing;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sees who is there. Each node repeats itself after a change, at a time of its own, so that not all speak at once.
     */
    private void onMembershipChange(SharedMaps sharedMaps) {
        List<String> present = sharedMaps.members();
        long now = nanoClock.getAsLong();
        lock.lock();
        try {
            boolean news = !present.equals(members);
            if (!membersMoved && !news) {
                return;
            }
            membersMoved = false;
            markUnread = true;
            long at = now + ThreadLocalRandom.current().nextLong(pace.gapNanos(present.size()));
            own.scheduleRepeat(at);
            if (news) {
                members = present;
                membersSince = now;
            }
        } finally {
            lock.unlock();
        }
        onMembers.run();
    }

    private void write(SharedMaps sharedMaps) {
        long now = nanoClock.getAsLong();
        NodeInfo telling = readLocked(() -> own.takeInfo(now, members.size(), this::nextStamp));
        if (telling != null) {
            sharedMaps.write(telling);
        }
        NodeStateSource source = readLocked(() -> own.takeState(now, members.size()));
        if (source != null) {
            NodeState doing = source.snapshot(this::nextStamp);
            locked(() -> own.published(doing));
            sharedMaps.write(doing);
            onMembers.run();
            removeDeparted(sharedMaps, now);
        }
    }

    private void read(SharedMaps sharedMaps) {
        long now = nanoClock.getAsLong();
        @Nullable
        NodeInfo ownInfo;
        @Nullable
        NodeState ownState;
        List<String> present;
        lock.lock();
        try {
            if (!markUnread || now - readAt < READ_GAP_NANOS) {
                return;
            }
            markUnread = false;
            readAt = now;
            ownInfo = own.info();
            ownState = own.state();
            present = members;
        } finally {
            lock.unlock();
        }
        if (sightings.refresh(sharedMaps, present, ownInfo, ownState, now)) {
            Roster roster = sightings.roster(now);
            listeners.forEach(listener -> listener.accept(roster));
        }
    }

    /** The coordinator tidies up behind those who left, once the members have been the same for a while. */
    private void removeDeparted(SharedMaps sharedMaps, long now) {
        List<String> present = sharedMaps.members();
        if (now - membersSince >= forgetNanos && !present.isEmpty() && present.getFirst().equals(sharedMaps.self())) {
            sharedMaps.remove(member -> !present.contains(member));
        }
    }

    private @Nullable Thread ending() {
        lock.lock();
        try {
            closing = true;
            work.signalAll();
            return thread;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> T readLocked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}

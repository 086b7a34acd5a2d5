package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import org.jgroups.Address;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;
import org.jspecify.annotations.Nullable;

/**
 * The group's failure detection by heartbeats.
 *
 * <p>Only the coordinator drops a member, and if it is gone itself, the member after it. So in a group of more than
 * {@value #SMALL_GROUP} the first {@value #WATCHERS} members exchange heartbeats with all, and the others with these
 * alone. Should all of these be gone at once, everybody notices, and the first of the rest drops them. The number of
 * heartbeats grows with the members, not with their square.
 *
 * <p>It also says who has been silent for this node. That is earlier than
 * the group drops a member, and a member that only this node does not hear is never dropped. A heartbeat of a node that
 * is no member comes from one that was dropped and has not noticed, or from one whose group has this node by mistake.
 */
final class HeartbeatFailureDetection extends FD_ALL3 {
    private final LongSupplier nanoClock;
    private final Consumer<Address> onStranger;
    /** In a group of so many, all members exchange heartbeats. */
    static final int SMALL_GROUP = 8;
    /** The coordinator, and who coordinates when it is gone. */
    static final int WATCHERS = 2;
    /** In a larger group only every second heartbeat is sent; three are due before a member is suspected. */
    static final int MEDIUM_GROUP = 16;

    private final Predicate<Address> expectsAll;
    private final Map<Address, Long> heard = new ConcurrentHashMap<>(); // nanoseconds of the clock
    private volatile HeartbeatGroup group = HeartbeatGroup.NONE; // replaced at each change of the members
    private int skipped; // owned by the task that sends heartbeats

    /**
     * @param onStranger runs at each heartbeat of a node that is no member; it must be quick
     * @param expectsAll whether a member is of a release whose members exchange heartbeats with all others
     */
    HeartbeatFailureDetection(LongSupplier nanoClock, Consumer<Address> onStranger, Predicate<Address> expectsAll) {
        this.nanoClock = nanoClock;
        this.onStranger = onStranger;
        this.expectsAll = expectsAll;
        // Its messages are those of the class above.
        setId(ClassConfigurator.getProtocolId(FD_ALL3.class));
    }

    /**
     * The members of a group, as one of them sees them.
     *
     * @param watched those from which heartbeats come
     */
    record HeartbeatGroup(List<Address> members, Set<Address> watched) {
        static final HeartbeatGroup NONE = new HeartbeatGroup(List.of(), Set.of());

        static HeartbeatGroup of(List<Address> members, Address self) {
            boolean all = members.size() <= SMALL_GROUP || members.indexOf(self) < WATCHERS;
            Set<Address> watched = new HashSet<>(all ? members : members.subList(0, WATCHERS));
            watched.remove(self);
            return new HeartbeatGroup(List.copyOf(members), Set.copyOf(watched));
        }

        boolean isSmall() {
            return members.size() <= SMALL_GROUP;
        }

        /** Those to which a member sends heartbeats: whoever watches it. */
        Set<Address> receivers(Address self, Predicate<Address> expectsAll) {
            Set<Address> receivers = new HashSet<>(watched);
            members.stream().filter(expectsAll).forEach(receivers::add);
            receivers.remove(self);
            return receivers;
        }
    }

    @Override
    protected void startHeartbeatSender() {
        lock.lock();
        try {
            if (!isHeartbeatSenderRunning()) {
                heartbeat_sender = timer.scheduleWithFixedDelay(this::sendHeartbeats, 0, interval,
                        TimeUnit.MILLISECONDS, false);
            }
        } finally {
            lock.unlock();
        }
    }

    private void sendHeartbeats() {
        HeartbeatGroup now = group;
        if (now.isSmall()) {
            if (!mcast_sent.compareAndSet(true, false)) { // otherwise something else has gone to all
                down_prot.down(heartbeat(null));
                num_heartbeats_sent++;
            }
        } else if (now.members().size() <= MEDIUM_GROUP || ++skipped % 2 == 0) {
            now.receivers(local_addr, expectsAll).forEach(receiver -> down_prot.down(heartbeat(receiver)));
            num_heartbeats_sent++;
        }
    }

    private Message heartbeat(@Nullable Address receiver) {
        return new EmptyMessage(receiver).setFlag(Message.TransientFlag.DONT_LOOPBACK).putHeader(id,
                new HeartbeatHeader());
    }

    @Override
    protected void update(Address sender, boolean isHeartbeat, boolean onlyNew) {
        HeartbeatGroup now = group;
        if (sender == null || now.watched().contains(sender)) {
            super.update(sender, isHeartbeat, onlyNew);
        }
        if (sender == null || onlyNew) {
            return;
        }
        heard.computeIfPresent(sender, (_, _) -> nanoClock.getAsLong());
        if (isHeartbeat && !now.members().isEmpty() && !now.members().contains(sender)) {
            onStranger.accept(sender);
        }
    }

    @Override
    protected void retainKeys(List<Address> members) {
        HeartbeatGroup now = group;
        if (!now.members().equals(members)) {
            now = HeartbeatGroup.of(members, local_addr);
            group = now;
        }
        super.retainKeys(List.copyOf(now.watched()));
        heard.keySet().retainAll(now.watched());
        now.watched().forEach(member -> heard.putIfAbsent(member, nanoClock.getAsLong()));
    }

    /**
     * The members whose heartbeats are due and do not come.
     *
     * @param silence the time in which a heartbeat comes in a group that is not large
     */
    List<Address> silent(Duration silence) {
        long now = nanoClock.getAsLong();
        long limit = group.members().size() <= MEDIUM_GROUP ? silence.toNanos() : 2 * silence.toNanos();
        return heard.entrySet().stream()
                .filter(each -> !each.getKey().equals(local_addr) && now - each.getValue() > limit)
                .map(Map.Entry::getKey).toList();
    }
}

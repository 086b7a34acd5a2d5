package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jgroups.Address;
import org.jgroups.EmptyMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.ViewId;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.MERGE3;
import org.jspecify.annotations.Nullable;

/**
 * The search for groups that lost each other. It is slow as long as nobody is missing, because each node writes to each
 * other one at each interval. It is fast for some minutes after a member is gone, which may be behind a link that will
 * work again, and after this node has begun a group of its own, beside one that was slow to answer. A node that hears
 * of another group, or from one that is not in its own, does not wait for the interval. Nor does it if the two groups
 * do not become one at the first attempt, because a member was slow to answer. JGroups compares views by their names;
 * one whose name is also that of another group's has to get another.
 *
 * <p>It is enough that one member finds the other group. So the interval grows with the group, and what all members
 * together do in a second does not.
 */
final class LossAwareMerge extends MERGE3 {
    static final GroupTimeouts.MergeInterval FAST = new GroupTimeouts.MergeInterval(Duration.ofMillis(500),
            Duration.ofMillis(1500));
    private static final Duration FAST_FOR = Duration.ofMinutes(5);
    /** A view that differs because it is on its way to one of two members has arrived after this. */
    private static final long CHECK_MILLIS = 300;
    /** A merge that works has ended after this. */
    private static final long REPEAT_MILLIS = 3000;
    private static final int MAX_CHECKS = 5;
    /** A group of more members searches as often as one of so many. */
    private static final int SEARCHERS = 4;

    private final GroupTimeouts.MergeInterval usual;
    private final Consumer<ViewId> onSameName;
    private final AtomicBoolean checkPending = new AtomicBoolean();
    private GroupTimeouts.MergeInterval current; // of a member of a small group; guarded by this
    private @Nullable Future<?> calm; // ends the fast search; guarded by this

    /** @param onSameName is told the name of this node's view if a node that is not in it has a view of that name */
    LossAwareMerge(GroupTimeouts.MergeInterval usual, Consumer<ViewId> onSameName) {
        this.usual = usual;
        this.onSameName = onSameName;
        setId(ClassConfigurator.getProtocolId(MERGE3.class));
        current = usual;
        setIntervals(1);
    }

    private synchronized void setIntervals(int members) {
        GroupTimeouts.MergeInterval each = ofMember(current, members);
        setMinInterval(0).setMaxInterval(each.most().toMillis()).setMinInterval(each.least().toMillis());
    }

    /** The interval of one member of a group, of which each member of a small group has {@code interval}. */
    static GroupTimeouts.MergeInterval ofMember(GroupTimeouts.MergeInterval interval, int members) {
        int each = Math.max(members, SEARCHERS);
        return new GroupTimeouts.MergeInterval(interval.least().multipliedBy(each).dividedBy(SEARCHERS),
                interval.most().multipliedBy(each).dividedBy(SEARCHERS));
    }

    @Override
    public Object down(Event event) {
        if (event.getType() != Event.VIEW_CHANGE || !(event.getArg() instanceof View now)) {
            return super.down(event);
        }
        View before = view;
        setIntervals(now.size());
        Object result = super.down(event);
        if (before == null ? now.size() == 1 : !now.containsMembers(before.getMembersRaw())) {
            hurry();
        }
        return result;
    }

    /** A node that is not in this one's group has this one in its group. */
    void heardStranger(Address stranger) {
        View own = view;
        if (own != null && !own.containsMember(stranger)) {
            checkSoon(stranger, stranger, MAX_CHECKS);
        }
    }

    @Override
    protected void addInfo(Address sender, ViewId group, String name, PhysicalAddress address) {
        super.addInfo(sender, group, name, address);
        View own = view;
        if (own != null && !sender.equals(local_addr) && !group.equals(own.getViewId())) {
            checkSoon(sender, group.getCreator(), isUnderWay(sender, group, own) ? 0 : MAX_CHECKS);
        } else if (own != null && !own.containsMember(sender)) {
            timer.execute(() -> onSameName.accept(group), true);
        }
    }

    /**
     * Whether a member has another view of the same coordinator, which is then on its way to one of the two. A merge
     * now would leave out whoever joins in its time. If the coordinator has dropped one of the two, it does not hold
     * that one for a member, and merges.
     */
    static boolean isUnderWay(Address sender, ViewId group, View own) {
        return own.containsMember(sender) && group.getCreator().equals(own.getViewId().getCreator());
    }

    /**
     * Tells a node of another group which this one has, and compares them when it has done the same. The coordinator of
     * that group is told too, for groups become one only when their coordinators know of each other.
     *
     * @param most how often at most, while the node is in another group; 0 only tells it
     */
    private void checkSoon(Address other, Address coordinator, int most) {
        if (checkPending.compareAndSet(false, true)) {
            timer.schedule(() -> check(other, coordinator, most), CHECK_MILLIS, TimeUnit.MILLISECONDS);
            tell(other);
            View own = view;
            if (!coordinator.equals(other) && own != null && !own.containsMember(coordinator)) {
                tell(coordinator);
            }
        }
    }

    private void tell(Address other) {
        down_prot.down(new EmptyMessage(other).putHeader(getId(), createInfo())
                .setFlag(Message.TransientFlag.DONT_BLOCK));
    }

    private void check(Address other, Address coordinator, int most) {
        checkPending.set(false);
        if (most == 0) {
            return;
        }
        if (most > 1) {
            timer.schedule(() -> checkAgain(other, coordinator, most - 1), REPEAT_MILLIS, TimeUnit.MILLISECONDS);
        }
        new TolerantChecker().run();
    }

    @Override
    protected synchronized void startViewConsistencyChecker() {
        if (!isViewConsistencyCheckerRunning()) {
            view_consistency_checker = timer.scheduleWithDynamicInterval(new TolerantChecker());
        }
    }

    /** MERGE3 reads the answers of members without a lock. If one comes late, the next check follows. */
    private final class TolerantChecker extends ViewConsistencyChecker {
        @Override
        public void run() {
            try {
                super.run();
            } catch (ConcurrentModificationException e) {
                log.debug("%s: an answer to a check of views came late", local_addr);
            }
        }
    }

    private void checkAgain(Address other, Address coordinator, int most) {
        View own = view;
        if (own != null && !own.containsMember(other)) {
            checkSoon(other, coordinator, most);
        }
    }

    private synchronized void hurry() {
        if (usual.most().compareTo(FAST.most()) <= 0) {
            return;
        }
        Future<?> running = calm;
        if (running == null || running.isDone()) {
            restart(FAST);
        } else {
            running.cancel(false);
        }
        calm = timer.schedule(() -> restart(usual), FAST_FOR.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void restart(GroupTimeouts.MergeInterval interval) {
        current = interval;
        View own = view;
        setIntervals(own == null ? 1 : own.size());
        if (isInfoSenderRunning()) {
            stopInfoSender();
            stopViewConsistencyChecker();
            startInfoSender();
            startViewConsistencyChecker();
        }
    }
}

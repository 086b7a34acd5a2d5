package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.MERGE3;
import org.jspecify.annotations.Nullable;

/**
 * The search for groups that lost each other. It is slow as long as nobody is missing, because each node writes to each
 * other one at each interval, and fast for some minutes after a member is gone, because it may be behind a link that
 * will work again.
 */
final class LossAwareMerge extends MERGE3 {
    static final GroupTimeouts.MergeInterval FAST = new GroupTimeouts.MergeInterval(Duration.ofMillis(500),
            Duration.ofMillis(1500));
    private static final Duration FAST_FOR = Duration.ofMinutes(5);

    private final GroupTimeouts.MergeInterval usual;
    private @Nullable Future<?> calm; // ends the fast search; guarded by this

    LossAwareMerge(GroupTimeouts.MergeInterval usual) {
        this.usual = usual;
        setId(ClassConfigurator.getProtocolId(MERGE3.class));
        setIntervals(usual);
    }

    private void setIntervals(GroupTimeouts.MergeInterval interval) {
        setMinInterval(0).setMaxInterval(interval.most().toMillis()).setMinInterval(interval.least().toMillis());
    }

    @Override
    public Object down(Event event) {
        View before = view;
        Object result = super.down(event);
        if (event.getType() == Event.VIEW_CHANGE && event.getArg() instanceof View now && before != null
                && !now.containsMembers(before.getMembersRaw())) {
            hurry();
        }
        return result;
    }

    private synchronized void hurry() {
        Future<?> running = calm;
        if (running != null) {
            running.cancel(false);
        }
        if (usual.most().compareTo(FAST.most()) > 0) {
            restart(FAST);
            calm = timer.schedule(() -> restart(usual), FAST_FOR.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void restart(GroupTimeouts.MergeInterval interval) {
        setIntervals(interval);
        if (isInfoSenderRunning()) {
            stopInfoSender();
            stopViewConsistencyChecker();
            startInfoSender();
            startViewConsistencyChecker();
        }
    }
}

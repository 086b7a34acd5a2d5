package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.MergeView;
import org.jgroups.View;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;

import dev.floe.store.BoundedMap;

/**
 * Presents each view that soon follows a merge as a merge too, if the merge brought back members that had been lost.
 * The coordinator's cache manager has to ask all members for their topologies after a merge. It works on one view after
 * the other, waits for members that do not answer, and skips a view when a newer one has come. If the skipped view is a
 * merge, it never asks; members that are ahead of it then ignore all it says, and nobody can join.
 *
 * <p>Nodes that start at the same moment merge too, but have lost nobody. Each repetition would make the coordinator
 * wait for those that are still starting, and the start of many nodes took minutes.
 */
final class MergeReminder extends Protocol {
    private static final int MAX_LOST = 1000;

    private final long windowNanos;
    private final LongSupplier nanoClock;
    // All below is owned by the thread that installs views.
    private final Set<Address> lost = Collections.newSetFromMap(new BoundedMap<>(MAX_LOST));
    private @Nullable View before;
    private @Nullable MergeView last;
    private long mergedAt;

    /** @param window longest time for which the cache manager may be busy with an earlier view */
    MergeReminder(Duration window, LongSupplier nanoClock) {
        this.windowNanos = window.toNanos();
        this.nanoClock = nanoClock;
    }

    @Override
    public Object up(Event event) {
        return up_prot.up(
                event.getType() == Event.VIEW_CHANGE && event.getArg() instanceof View view
                        ? new Event(Event.VIEW_CHANGE, present(view))
                        : event);
    }

    private View present(View view) {
        boolean bringsBack = lost.removeAll(view.getMembers());
        if (before != null && !(view instanceof MergeView)) {
            before.getMembers().stream().filter(member -> !view.containsMember(member)).forEach(lost::add);
        }
        before = view;
        if (view instanceof MergeView merge) {
            if (bringsBack) {
                last = merge;
                mergedAt = nanoClock.getAsLong();
            }
            return view;
        }
        MergeView merge = last;
        if (merge == null) {
            return view;
        }
        if (nanoClock.getAsLong() - mergedAt > windowNanos || view.size() < 2) {
            last = null;
            return view;
        }
        return new MergeView(view.getViewId(), view.getMembers(), List.copyOf(merge.getSubgroups()));
    }
}

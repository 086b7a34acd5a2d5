package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
 * wait for those that are still starting, and the start of many nodes took minutes. So a merge that may have been
 * skipped is made up for once views have settled: the coordinator installs one more, with the same members, and this
 * presents it as a merge. The same goes for a view with another coordinator, since the cache manager of one that
 * coordinates again may not know that another did meanwhile.
 */
final class MergeReminder extends Protocol {
    private static final int MAX_LOST = 1000;

    private final long windowNanos;
    private final LongSupplier nanoClock;
    private final Consumer<Runnable> afterQuiet;
    private final Runnable renew;
    // All below is guarded by this.
    private final Set<Address> lost = Collections.newSetFromMap(new BoundedMap<>(MAX_LOST));
    private @Nullable View before;
    private @Nullable MergeView last;
    private long mergedAt;
    private boolean unsettled; // a merge, or another coordinator, came less than the quiet time ago
    private boolean skipped; // and was followed by a view that is no merge
    private boolean renewed; // the next view of this coordinator makes up for it

    /**
     * @param window     longest time for which the cache manager may be busy with an earlier view
     * @param afterQuiet runs a task after the time in which a view settles
     * @param renew      has the coordinator install a view with the same members
     */
    MergeReminder(Duration window, LongSupplier nanoClock, Consumer<Runnable> afterQuiet, Runnable renew) {
        this.windowNanos = window.toNanos();
        this.nanoClock = nanoClock;
        this.afterQuiet = afterQuiet;
        this.renew = renew;
    }

    @Override
    public Object up(Event event) {
        return up_prot.up(
                event.getType() == Event.VIEW_CHANGE && event.getArg() instanceof View view
                        ? new Event(Event.VIEW_CHANGE, present(view))
                        : event);
    }

    private synchronized View present(View view) {
        View old = before;
        View presented = afterMerge(view);
        if (old != null && renewed && view.getCoord().equals(old.getCoord())) {
            presented = new MergeView(view.getViewId(), view.getMembers(), List.of(old));
        }
        renewed = false;
        boolean isMerge = presented instanceof MergeView;
        skipped = unsettled && !isMerge;
        unsettled |= isMerge || old != null && !view.getCoord().equals(old.getCoord());
        if (unsettled) {
            afterQuiet.accept(() -> settle(view));
        }
        return presented;
    }

    /** The views have been the same since this one came. */
    private void settle(View view) {
        synchronized (this) {
            if (!view.equals(before)) {
                return;
            }
            unsettled = false;
            renewed = skipped && view.getCoord().equals(local_addr);
            if (!renewed) {
                return;
            }
        }
        renew.run();
    }

    private View afterMerge(View view) {
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

package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import org.jgroups.Event;
import org.jgroups.MergeView;
import org.jgroups.View;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Presents each view that follows a merge within some time as a merge too. The coordinator's cache manager has to ask
 * all members for their topologies after a merge. It works on one view after the other, waits for members that do not
 * answer, and skips a view when a newer one has come. If the skipped view is a merge, it never asks; members that are
 * ahead of it then ignore all it says, and nobody can join.
 */
final class MergeReminder extends Protocol {
    private final long windowNanos;
    private final LongSupplier nanoClock;
    // Both are owned by the thread that installs views.
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
        if (view instanceof MergeView merge) {
            last = merge;
            mergedAt = nanoClock.getAsLong();
            return view;
        }
        MergeView before = last;
        if (before == null) {
            return view;
        }
        if (nanoClock.getAsLong() - mergedAt > windowNanos || view.size() < 2) {
            last = null;
            return view;
        }
        return new MergeView(view.getViewId(), view.getMembers(), List.copyOf(before.getSubgroups()));
    }
}

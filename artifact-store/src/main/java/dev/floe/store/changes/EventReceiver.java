package dev.floe.store.changes;

import java.util.concurrent.atomic.AtomicLong;

import dev.floe.store.changes.kernel.InotifyMask;
import dev.floe.store.changes.kernel.KernelEvents;

/**
 * Receives the events of one {@link KernelEvents#drain}, and makes invalid what they say has changed. Guarded by the
 * monitor's lock.
 */
final class EventReceiver implements KernelEvents.EventHandler {
    private final WatchedTree tree;
    private final DependedNames names;
    private final AtomicLong position;
    private long received;
    private boolean overflow;
    private boolean mounts;

    /** @param position moves whenever something becomes invalid */
    EventReceiver(WatchedTree tree, DependedNames names, AtomicLong position) {
        this.tree = tree;
        this.names = names;
        this.position = position;
    }

    /** How many events have come. */
    long received() {
        return received;
    }

    /** Whether the kernel has dropped events, so that nothing is known any more. */
    boolean hasOverflowed() {
        return overflow;
    }

    boolean haveMountsChanged() {
        return mounts;
    }

    @Override
    public void mountsChanged() {
        mounts = true;
    }

    @Override
    public void handle(int watch, int mask, String name) {
        received++;
        if ((mask & InotifyMask.QUEUE_OVERFLOW) != 0) {
            overflow = true;
        } else if ((mask & InotifyMask.IGNORED) != 0) {
            tree.forgetWatch(watch);
            position.incrementAndGet();
        } else {
            for (PathNode node : tree.watches().nodesOf(watch)) {
                if (name.isEmpty()) {
                    itself(node, mask);
                } else {
                    named(node, mask, name);
                }
            }
        }
    }

    private void itself(PathNode node, int mask) {
        PathState state = node.state;
        boolean sameInode = (mask & (InotifyMask.DELETE_SELF | InotifyMask.MOVE_SELF | InotifyMask.UNMOUNT)) == 0;
        if (sameInode && state != null && !state.isDirectory()) {
            state.invalidate(); // its watch stays
        } else {
            tree.invalidate(node);
        }
        position.incrementAndGet();
    }

    private void named(PathNode directory, int mask, String name) {
        boolean comesOrGoes = (mask & InotifyMask.NAMES) != 0;
        if (comesOrGoes && directory.changeNames(names.matters(name))) {
            position.incrementAndGet();
        }
        PathNode child = directory.child(name);
        if (child != null) {
            PathState state = child.state;
            if (comesOrGoes || state == null || state.isDirectory() || child.refused) {
                tree.invalidate(child);
            } else {
                state.invalidate();
            }
            position.incrementAndGet();
        }
    }
}

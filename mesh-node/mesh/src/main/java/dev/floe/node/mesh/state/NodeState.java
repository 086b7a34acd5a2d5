package dev.floe.node.mesh.state;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.jspecify.annotations.Nullable;

/**
 * The state of a node: free slots, jobs that run and wait, how much work waits (milliseconds of one slot), cores that
 * other programs keep busy, free memory, and whether it is draining.
 */
@Proto
@ProtoName("NodeState")
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID + 5)
public record NodeState(@ProtoField(1) StateVersion stamp, @ProtoField(value = 2, defaultValue = "0") int freeSlots,
        @ProtoField(value = 3, defaultValue = "0") int running, @ProtoField(value = 4, defaultValue = "0") int queued,
        @ProtoField(value = 5, defaultValue = "0") long queuedMillis,
        @ProtoField(value = 6, defaultValue = "0") double foreignLoad,
        @ProtoField(value = 7, defaultValue = "0") long freeMemoryBytes,
        @ProtoField(value = 8, defaultValue = "false") boolean draining) implements NodeRecord {
    private static final double SHARE_THAT_MATTERS = 0.25;

    public NodeState {
        stamp = orNone(stamp);
    }

    /** The same, said at another time. */
    public NodeState at(StateVersion time) {
        return new NodeState(time, freeSlots, running, queued, queuedMillis, foreignLoad, freeMemoryBytes, draining);
    }

    /**
     * Whether a peer that knows {@code old} would place jobs differently if it knew this: the node became full or
     * stopped being full, began or ended to drain, or a figure moved by a quarter.
     */
    public boolean mattersAfter(NodeState old) {
        return (freeSlots == 0) != (old.freeSlots == 0) || draining != old.draining || moved(freeSlots, old.freeSlots)
                || moved(running + queued, old.running + old.queued) || moved(queuedMillis, old.queuedMillis)
                || moved(1 + foreignLoad, 1 + old.foreignLoad) || moved(freeMemoryBytes, old.freeMemoryBytes);
    }

    @Override
    public boolean isSound() {
        return freeSlots >= 0 && running >= 0 && queued >= 0 && queuedMillis >= 0 && foreignLoad >= 0
                && foreignLoad < Double.POSITIVE_INFINITY && freeMemoryBytes >= 0;
    }

    private static boolean moved(double now, double before) {
        return Math.abs(now - before) >= SHARE_THAT_MATTERS * Math.max(Math.abs(now), Math.abs(before))
                && now != before;
    }

    static StateVersion orNone(@Nullable StateVersion stamp) {
        return stamp == null ? StateVersion.NONE : stamp;
    }
}

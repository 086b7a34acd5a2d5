package dev.floe.node.mesh.state;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;

/**
 * Orders what one node says about itself, without a clock: the epoch counts the node's starts, the sequence its
 * statements since. Stamps of different nodes do not compare.
 */
@Proto
@ProtoName("Stamp")
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID + 1)
public record StateVersion(@ProtoField(value = 1, defaultValue = "0") long epoch,
        @ProtoField(value = 2, defaultValue = "0") long sequence) implements Comparable<StateVersion> {
    /** Older than all others. */
    public static final StateVersion NONE = new StateVersion(0, 0);

    @Override
    public int compareTo(StateVersion other) {
        int order = Long.compare(epoch, other.epoch);
        return order != 0 ? order : Long.compare(sequence, other.sequence);
    }

    /** Whether this one says something later than {@code other}. */
    public boolean isAfter(StateVersion other) {
        return compareTo(other) > 0;
    }
}

package dev.floe.node.mesh.state;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.infinispan.protostream.descriptors.Type;

/** The 256 bits of an action's key, big-endian, under which the mesh knows its result. */
@Proto
@ProtoName("ResultKey")
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID + 6)
public record ResultKey(@ProtoField(value = 1, type = Type.FIXED64, defaultValue = "0") long a,
        @ProtoField(value = 2, type = Type.FIXED64, defaultValue = "0") long b,
        @ProtoField(value = 3, type = Type.FIXED64, defaultValue = "0") long c,
        @ProtoField(value = 4, type = Type.FIXED64, defaultValue = "0") long d) {

    /** The same on every machine and in every version, since it decides where the entry is kept. */
    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }
}

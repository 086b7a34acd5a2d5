package dev.floe.node.mesh.state;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.jspecify.annotations.Nullable;

/**
 * The hardware under a node: architecture as {@code uname -m} has it, cores, speed of one core relative to a reference
 * machine (1.0), and memory in bytes.
 */
@Proto
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID + 2)
public record Machine(@ProtoField(value = 1, defaultValue = "") String architecture,
        @ProtoField(value = 2, defaultValue = "0") int cores, @ProtoField(value = 3, defaultValue = "0") double speed,
        @ProtoField(value = 4, defaultValue = "0") long memoryBytes) {
    private static final int MAX_ARCHITECTURE = 32;
    private static final int MAX_CORES = 4096;
    private static final double MAX_SPEED = 1000;

    static Machine orUnknown(@Nullable Machine machine) {
        return machine == null ? new Machine("", 0, 0, 0) : machine;
    }

    boolean isSound() {
        return NodeInfo.isText(architecture, 1, MAX_ARCHITECTURE) && cores >= 1 && cores <= MAX_CORES && speed > 0
                && speed <= MAX_SPEED && memoryBytes >= 0;
    }
}

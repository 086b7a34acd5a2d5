package dev.floe.node.mesh.state;

import java.util.List;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.jspecify.annotations.Nullable;

/**
 * The machine under a node.
 *
 * @param architecture of its programs: the processor for which its {@code /bin/sh} is made, as {@code uname -m} has it
 * @param speed        of one core relative to a reference machine (1.0)
 * @param emulated     architectures whose programs it runs through an emulator for others; its own if all that it runs
 *                     is emulated
 */
@Proto
@ProtoName("Machine")
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID + 2)
public record MachineInfo(@ProtoField(value = 1, defaultValue = "") String architecture,
        @ProtoField(value = 2, defaultValue = "0") int cores, @ProtoField(value = 3, defaultValue = "0") double speed,
        @ProtoField(value = 4, defaultValue = "0") long memoryBytes,
        @ProtoField(5) List<String> emulated) {
    /** Most processors that a node emulates. */
    public static final int MAX_EMULATED = 16;

    private static final int MAX_ARCHITECTURE = 32;
    private static final int MAX_CORES = 4096;
    private static final double MAX_SPEED = 1000;

    public MachineInfo {
        architecture = NodeInfo.bounded(architecture, MAX_ARCHITECTURE);
        emulated = NodeInfo.bounded(emulated, MAX_EMULATED, MAX_ARCHITECTURE);
    }

    /** Whether programs of this architecture run here without an emulator. */
    public boolean runsByItself(String other) {
        return architecture.equals(other) && !emulated.contains(other);
    }

    static MachineInfo orUnknown(@Nullable MachineInfo machine) {
        return machine == null ? new MachineInfo("", 0, 0, 0, List.of()) : machine;
    }

    boolean isSound() {
        return NodeInfo.isText(architecture, 1, MAX_ARCHITECTURE) && cores >= 1 && cores <= MAX_CORES && speed > 0
                && speed <= MAX_SPEED && memoryBytes >= 0 && emulated.size() <= MAX_EMULATED
                && emulated.stream().allMatch(name -> NodeInfo.isText(name, 1, MAX_ARCHITECTURE));
    }
}

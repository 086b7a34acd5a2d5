package dev.floe.node.mesh.state;

import java.util.List;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.PeerText;

/**
 * The capabilities that a node publishes: slots, whether it executes and if not why, the ids of the toolchains that it
 * holds, and how many bytes of results it can keep (0 if it keeps none). {@code trouble} says what is wrong with it
 * though it executes, and {@code unavailable} names the toolchains for which it takes no jobs for that reason. {@code
 * paused} is whether its user has paused it.
 */
@Proto
@ProtoName("Offering")
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID + 3)
public record NodeCapabilities(@ProtoField(value = 1, defaultValue = "0") int slots,
        @ProtoField(value = 2, defaultValue = "false") boolean executes,
        @ProtoField(value = 3, defaultValue = "") String whyNot, @ProtoField(4) List<String> toolchains,
        @ProtoField(value = 5, defaultValue = "0") long cacheBytes,
        @ProtoField(value = 6, defaultValue = "") String trouble, @ProtoField(7) List<String> unavailable,
        @ProtoField(value = 8, defaultValue = "false") boolean paused) {
    /** Most toolchains that a node tells of. */
    public static final int MAX_TOOLCHAINS = 256;
    /** Longest {@link #whyNot()}, in characters. */
    public static final int MAX_REASON = PeerText.MAX_CHARACTERS;

    private static final int MAX_SLOTS = 4096;
    private static final int MAX_TOOLCHAIN_ID = 128;

    /** What a node of release 0.1.0 leaves out would be null. */
    public NodeCapabilities {
        whyNot = NodeInfo.bounded(whyNot, MAX_REASON);
        toolchains = NodeInfo.bounded(toolchains, MAX_TOOLCHAINS, MAX_TOOLCHAIN_ID);
        trouble = NodeInfo.bounded(trouble, MAX_REASON);
        unavailable = NodeInfo.bounded(unavailable, MAX_TOOLCHAINS, MAX_TOOLCHAIN_ID);
    }

    /** A node with which nothing is wrong. */
    public NodeCapabilities(int slots, boolean executes, String whyNot, List<String> toolchains, long cacheBytes) {
        this(slots, executes, whyNot, toolchains, cacheBytes, "", List.of(), false);
    }

    static NodeCapabilities orNothing(@Nullable NodeCapabilities offering) {
        return offering == null ? new NodeCapabilities(0, false, "", List.of(), 0) : offering;
    }

    boolean isSound() {
        return slots >= 0 && slots <= MAX_SLOTS && NodeInfo.isText(whyNot, 0, MAX_REASON)
                && toolchains.size() <= MAX_TOOLCHAINS && cacheBytes >= 0
                && toolchains.stream().allMatch(id -> NodeInfo.isText(id, 1, MAX_TOOLCHAIN_ID))
                && NodeInfo.isText(trouble, 0, MAX_REASON) && unavailable.size() <= MAX_TOOLCHAINS
                && unavailable.stream().allMatch(id -> NodeInfo.isText(id, 1, MAX_TOOLCHAIN_ID));
    }
}

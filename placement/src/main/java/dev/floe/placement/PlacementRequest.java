package dev.floe.placement;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A request for placement: what it must know of one compile.
 *
 * @param key        digest of the action in hex; seeds every random choice
 * @param affinity   what makes a node warm for this job: the source's path
 * @param need       the toolchain that runs it
 * @param size       what it is expected to take
 * @param wantedNode the only node that may run it, if the user named one
 */
public record PlacementRequest(String key, String affinity, ToolchainNeed need, JobSize size,
        Optional<String> wantedNode) {

    /**
     * The toolchain that a compile needs.
     *
     * @param toolchain    its identity
     * @param bytes        that a node without the toolchain must fetch
     * @param architecture that its programs run on
     * @param standIns     by other architectures: the toolchain there that gives the same answers
     */
    public record ToolchainNeed(String toolchain, long bytes, String architecture, Map<String, String> standIns) {
        public ToolchainNeed {
            standIns = Map.copyOf(standIns);
        }
    }

    /**
     * What a compile is expected to take.
     *
     * @param predicted   run time on the reference core
     * @param inputBytes  that a node which holds no input must fetch
     * @param memoryBytes of the compile
     */
    public record JobSize(Duration predicted, long inputBytes, long memoryBytes) {}

    /** @throws IllegalArgumentException if a size or the predicted time is negative */
    public PlacementRequest {
        if (need.bytes() < 0 || size.inputBytes() < 0 || size.memoryBytes() < 0 || size.predicted().isNegative()) {
            throw new IllegalArgumentException("job " + key + ": toolchain bytes " + need.bytes() + ", input bytes "
                    + size.inputBytes() + ", memory bytes " + size.memoryBytes() + ", predicted " + size.predicted()
                    + " cannot be");
        }
    }

    public String toolchain() {
        return need.toolchain();
    }

    public long toolchainBytes() {
        return need.bytes();
    }

    public String architecture() {
        return need.architecture();
    }

    public Map<String, String> standIns() {
        return need.standIns();
    }

    public Duration predicted() {
        return size.predicted();
    }

    public long inputBytes() {
        return size.inputBytes();
    }

    public long memoryBytes() {
        return size.memoryBytes();
    }
}

package dev.floe.placement;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
     * The toolchain and the features that a compile needs.
     *
     * @param toolchain    its identity
     * @param bytes        that a node without the toolchain must fetch
     * @param architecture that its programs run on
     * @param standIns     by other architectures: the toolchain there that gives the same answers
     * @param features     that an executor must have
     */
    public record ToolchainNeed(String toolchain, long bytes, String architecture, Map<String, String> standIns,
            Set<String> features) {
        public ToolchainNeed {
            standIns = Map.copyOf(standIns);
            features = Set.copyOf(features);
        }

        /** One that needs no feature. */
        public ToolchainNeed(String toolchain, long bytes, String architecture, Map<String, String> standIns) {
            this(toolchain, bytes, architecture, standIns, Set.of());
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

    /** That an executor must have. */
    public Set<String> features() {
        return need.features();
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

package dev.floe.placement;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A request for placement: what it must know of one compile.
 *
 * @param key            digest of the action in hex; seeds every random choice
 * @param affinity       what makes a node warm for this job: the source's path
 * @param toolchain      identity of the toolchain that it needs
 * @param toolchainBytes that a node without the toolchain must fetch
 * @param architecture   that the toolchain's programs run on
 * @param predicted      run time on the reference core
 * @param inputBytes     that a node which holds no input must fetch
 * @param memoryBytes    that the compile is expected to take
 * @param wantedNode     the only node that may run it, if the user named one
 * @param standIns       by other architectures: the toolchain there that gives the same answers
 */
public record PlacementRequest(String key, String affinity, String toolchain, long toolchainBytes, String architecture,
        Duration predicted, long inputBytes, long memoryBytes, Optional<String> wantedNode,
        Map<String, String> standIns) {

    /** @throws IllegalArgumentException if a size or the predicted time is negative */
    public PlacementRequest {
        standIns = Map.copyOf(standIns);
        if (toolchainBytes < 0 || inputBytes < 0 || memoryBytes < 0 || predicted.isNegative()) {
            throw new IllegalArgumentException("job " + key + ": toolchain bytes " + toolchainBytes + ", input bytes "
                    + inputBytes + ", memory bytes " + memoryBytes + ", predicted " + predicted + " cannot be");
        }
    }

    /** A job without substitute compilers. */
    public PlacementRequest(String key, String affinity, String toolchain, long toolchainBytes, String architecture,
            Duration predicted, long inputBytes, long memoryBytes, Optional<String> wantedNode) {
        this(key, affinity, toolchain, toolchainBytes, architecture, predicted, inputBytes, memoryBytes, wantedNode,
                Map.of());
    }
}

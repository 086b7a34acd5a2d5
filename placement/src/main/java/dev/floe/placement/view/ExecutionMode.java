package dev.floe.placement.view;

import java.util.Comparator;
import java.util.Optional;

import dev.floe.placement.PlacementRequest;

/**
 * A mode in which a node would run a job: natively if it can, otherwise through an emulator, and there preferably with
 * the command's own compiler.
 *
 * @param processor that the toolchain's programs run on
 * @param toolchain the command's own, or a substitute for it
 * @param emulated  whether an emulator runs it
 * @param speed     of one slot in this way, relative to the reference core
 */
public record ExecutionMode(String processor, String toolchain, boolean emulated, double speed) {

    /** Empty if the node cannot run it. */
    public static Optional<ExecutionMode> of(NodeView node, PlacementRequest job) {
        String own = node.architecture();
        EmulationCapability emulation = node.emulation();
        if (!emulation.processors().contains(own)) {
            // A compiler is no substitute for itself: what runs here is the command's own compiler.
            String toolchain = own.equals(job.architecture())
                    ? job.toolchain()
                    : node.self() ? null : job.standIns().get(own);
            if (toolchain != null) {
                return Optional.of(new ExecutionMode(own, toolchain, false, node.speed()));
            }
        }
        if (emulation.processors().isEmpty()) {
            return Optional.empty();
        }
        double speed = node.speed() * emulation.share();
        if (emulation.processors().contains(job.architecture())) {
            return Optional.of(new ExecutionMode(job.architecture(), job.toolchain(), true, speed));
        }
        return node.self()
                ? Optional.empty()
                : job.standIns().entrySet().stream()
                        .filter(standIn -> emulation.processors().contains(standIn.getKey()))
                        .min(Comparator.comparing(standIn -> standIn.getKey()))
                        .map(standIn -> new ExecutionMode(standIn.getKey(), standIn.getValue(), true, speed));
    }
}

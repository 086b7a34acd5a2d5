package dev.floe.node.parts;

import java.nio.file.Path;
import java.util.List;

import dev.floe.node.executor.ExecutorMode;
import dev.floe.node.executor.admission.AdmissionController;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.host.Hardware;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.host.RunnerInstaller;

/** What this machine can execute, and how much at once. */
public record CapacityParts(LocalSandbox sandbox, ExecutorMode mode, JobLimits limits, SlotPool slots,
        AdmissionController admission) {
    public static CapacityParts build(NodeConfig config) {
        LocalSandbox sandbox = new LocalSandbox(RunnerInstaller.runner(config.dataDir()));
        SlotPool slots = new SlotPool(slotCount(config));
        return new CapacityParts(sandbox, new ExecutorMode(sandbox, config.whyNot()),
                JobLimits.forNode(Hardware.memoryBytes(), config.slots()), slots, new AdmissionController(slots));
    }

    /** The slots of a node, for its own commands too: one that offers none has one for each core. */
    public static int slotCount(NodeConfig config) {
        return config.slots() > 0 ? config.slots() : Hardware.cores();
    }

    /** @param wrapper the installed floe-cc, which the sandbox runs innermost */
    public List<LifecyclePart> lifecycle(NodeConfig config, Path wrapper) {
        return List.of(LifecyclePart.starting("runner", () -> RunnerInstaller.in(config.dataDir(), wrapper)),
                LifecyclePart.starting("sandbox", sandbox::start));
    }
}

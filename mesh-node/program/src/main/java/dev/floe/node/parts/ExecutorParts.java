package dev.floe.node.parts;

import java.util.List;

import dev.floe.node.executor.Executor;
import dev.floe.node.executor.ExecutorResources;
import dev.floe.node.host.Hardware;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.submitter.OwnExecutor;

/**
 * What executes jobs, and tells the mesh how this node is.
 *
 * @param own takes this node's own jobs
 */
public record ExecutorParts(NodePublisher publisher, Executor executor, OwnExecutor own) {
    public static ExecutorParts build(NodeConfig config, StorageParts storage, MeshParts mesh, CapacityParts capacity,
            ToolchainParts toolchains, CacheParts cache) {
        NodePublisher publisher = new NodePublisher(config, mesh, capacity, toolchains.store(), storage.watch());
        Executor executor = new Executor(storage.data().resolve("jobs"),
                new ExecutorResources(storage.store(), toolchains.store(), capacity.slots(), capacity.admission(),
                        capacity.limits(), Hardware::freeMemoryBytes),
                capacity.mode(), publisher, cache.keeper());
        capacity.slots().onChange(publisher::publishState);
        toolchains.store().onChange(publisher::publishInfo);
        return new ExecutorParts(publisher, executor, new OwnExecutor(executor, capacity.sandbox()));
    }

    public List<LifecyclePart> lifecycle() {
        return List.of(new LifecyclePart("executor", executor::start, executor::close));
    }
}

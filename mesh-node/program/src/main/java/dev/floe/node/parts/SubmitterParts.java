package dev.floe.node.parts;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;

import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.submitter.LocalFileKnowledge;
import dev.floe.node.submitter.Submitter;
import dev.floe.node.submitter.WithholdingDiscovery;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.submitter.schedule.MeshCapacity;
import dev.floe.node.submitter.schedule.SubmitterScheduler;

/** What brings this machine's compiles to the mesh, and looks after the results that they are served. */
public record SubmitterParts(TimeoutScheduler timeouts, SubmitterScheduler scheduler, BuildGroups builds,
        MeshCapacity capacity, ResultAuditor auditor, Submitter submitter) {
    private static final String SECOND_COPIES = "floe.secondCopies";

    /** What is built below the submitter. */
    public record Below(StorageParts storage, MeshParts mesh, CapacityParts capacity, ToolchainParts toolchains,
            CacheParts cache, ExecutorParts executor) {}

    public static SubmitterParts build(NodeConfig config, Below below, LocalFileKnowledge files, InstantSource clock) {
        MeshParts mesh = below.mesh();
        CapacityParts capacity = below.capacity();
        ToolchainParts toolchains = below.toolchains();
        TimeoutScheduler timeouts = new TimeoutScheduler();
        // The scheduler asks for numbers and room with its lock held, and knows neither the mesh nor the executor.
        SubmitterScheduler scheduler = new SubmitterScheduler(clock, mesh.group()::nextStamp,
                capacity.admission()::roomForLocal, mesh.connections()::roundTrip, hasSecondCopies());
        mesh.group().onChange(scheduler::accept);
        capacity.slots().onChange(scheduler::localSlotsChanged);
        ResultAuditor auditor = new ResultAuditor(
                new ResultAuditor.AuditNodes(mesh::self, mesh.group(), mesh.connections(), below.executor().own()),
                below.cache().cache(),
                new ResultAuditor.AuditSampling(config.audit(), new SecureRandom().nextLong()),
                below.cache().findings(), timeouts, clock);
        BuildGroups builds = new BuildGroups(clock, ZoneId.systemDefault(), new SecureRandom());
        SubmitterServices services = new SubmitterServices(
                new SubmitterServices.ToolchainAccess(toolchains.local(), toolchains.substitutes()),
                new SubmitterServices.CacheAccess(below.cache().cache(), below.storage().store(), config.cache(),
                        auditor, mesh.loops().memory().messages()),
                new SubmitterServices.ExecutorAccess(scheduler, mesh.connections(), below.executor().own()::forCommands,
                        timeouts),
                new SubmitterServices.JobAccounting(mesh.own()::name, below.storage().log(), builds, clock));
        LocalFileKnowledge own = new LocalFileKnowledge(files.digests(),
                WithholdingDiscovery.ifAsked(files.discovery()), files.directories(), files.changes(), files.saved());
        return new SubmitterParts(timeouts, scheduler, builds,
                new MeshCapacity(scheduler, mesh.self().machine(), () -> capacity.slots().use().slots(),
                        toolchains.substitutes()::hasStandIn),
                auditor, new Submitter(services, own, capacity.slots()));
    }

    /** Tests that stop compilers for as long as they need turn second copies off. */
    private static boolean hasSecondCopies() {
        return Boolean.parseBoolean(System.getProperty(SECOND_COPIES, "true"));
    }

    public LifecyclePart timer() {
        return LifecyclePart.stopping("timer", timeouts::close);
    }

    public List<LifecyclePart> lifecycle() {
        return List.of(new LifecyclePart("auditor", auditor::start, auditor::close));
    }

    /** Notification of changes is started unless it is turned off. */
    public List<LifecyclePart> notification(NodeConfig config) {
        return config.changeNotification()
                ? List.of(new LifecyclePart("change notification", submitter.changes()::start,
                        submitter.changes()::close))
                : List.of();
    }
}

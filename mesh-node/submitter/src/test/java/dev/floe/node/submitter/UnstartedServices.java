package dev.floe.node.submitter;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.floe.node.builds.BuildGroups;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.local.CacheConfig;
import dev.floe.node.cache.local.LocalResultStore;
import dev.floe.node.cache.local.ResultTrustPolicy;
import dev.floe.node.executor.Executor;
import dev.floe.node.executor.ExecutorMode;
import dev.floe.node.executor.ExecutorReports;
import dev.floe.node.executor.ExecutorResources;
import dev.floe.node.executor.ToolchainProvider;
import dev.floe.node.executor.admission.AdmissionController;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.joblog.JobLog;
import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.WireMemory;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.submitter.context.AuditQueue;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.store.actioncache.ActionCache;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.ToolchainId;

/**
 * The services of a node in no mesh, whose cache is off and whose parts have not started: there is no thread, no file
 * and no socket behind them.
 */
public final class UnstartedServices {
    private static final JobLimits LIMITS = new JobLimits(1 << 20, 1 << 20, 1 << 20, 1, Duration.ofSeconds(1));

    private UnstartedServices() {}

    public static SubmitterServices in(Path directory) throws IOException {
        InstantSource clock = InstantSource.system();
        ContentStore store = new ContentStore(directory.resolve("store"), 1 << 20);
        MeshGroup group = MeshGroup
                .alone(GroupConfig.of(directory, InetAddress.getLoopbackAddress(), 0, List.of(), false));
        PeerConnections connections = new PeerConnections(new EventLoops(1), Optional.empty());
        LocalResultStore results = new LocalResultStore(new ActionCache(directory.resolve("actions"), 1), store,
                _ -> {});
        MeshCache cache = new MeshCache(results, group, connections, CacheConfig.of(() -> "test", Set.of()),
                ResultTrustPolicy.ALL);
        SlotPool slots = new SlotPool(1);
        AdmissionController admission = new AdmissionController(slots);
        LocalSandbox sandbox = new LocalSandbox(directory.resolve("floe-run"));
        Executor executor = new Executor(directory.resolve("jobs"),
                new ExecutorResources(store, new NoToolchains(), slots, admission, LIMITS, () -> 0),
                new ExecutorMode(sandbox, Optional.empty()), new NoReports(), Optional.empty());
        return new SubmitterServices(
                new SubmitterServices.ToolchainAccess(
                        (_, _, _, _) -> new ToolchainResolver.Resolution.Unusable("there are no toolchains"),
                        (_, _) -> List.of()),
                new SubmitterServices.CacheAccess(cache, store, Set.of(), new NoAudits(),
                        WireMemory.ofHeap().messages()),
                new SubmitterServices.ExecutorAccess(
                        new SubmitterScheduler(clock, group::nextStamp, admission::roomForLocal,
                                connections::roundTrip, true),
                        connections,
                        new OwnExecutor(executor, sandbox)::forCommands, new TimeoutScheduler()),
                new SubmitterServices.JobAccounting(() -> "test", new JobLog(Optional.empty()),
                        new BuildGroups(clock, ZoneId.of("UTC"), new SecureRandom()), () -> Instant.EPOCH));
    }

    private static final class NoReports implements ExecutorReports {
        @Override
        public Optional<String> diskTrouble() {
            return Optional.empty();
        }

        @Override
        public WireState drawState() {
            return new WireState(1, 1, 0, 0, 0, 0, 0, false);
        }

        @Override
        public void jobFailed() {
            throw new IllegalStateException("no job runs");
        }
    }

    private static final class NoToolchains implements ToolchainProvider {
        @Override
        public Optional<LocalToolchain> getIfPresent(ToolchainId id) {
            return Optional.empty();
        }

        @Override
        public CompletableFuture<LocalToolchain> getOrFetch(ToolchainId id) {
            return CompletableFuture.failedFuture(new IOException("there are no toolchains"));
        }

        @Override
        public void evict(LocalToolchain damaged) {
            throw new IllegalStateException("there are no toolchains");
        }
    }

    public static final class NoAudits implements AuditQueue {
        @Override
        public boolean isSampled(String job) {
            return false;
        }

        @Override
        public Set<String> distrusted() {
            return Set.of();
        }

        @Override
        public void add(ServedResult served) {
            throw new IllegalStateException("no result is sampled");
        }
    }
}

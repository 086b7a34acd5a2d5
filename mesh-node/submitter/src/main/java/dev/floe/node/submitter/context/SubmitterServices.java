package dev.floe.node.submitter.context;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import dev.floe.node.bounds.MemoryBudget;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.cache.ResultCache;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.joblog.JobLog;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.submitter.compilers.SubstituteCompilers;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.store.content.ContentStore;

/** What the stages of a compile use, by what they do with it. A class takes the group or the part that it uses. */
public record SubmitterServices(SubmitterServices.ToolchainAccess toolchains, SubmitterServices.CacheAccess results,
        SubmitterServices.ExecutorAccess executors, SubmitterServices.JobAccounting jobs) {
    /** Which toolchain a compiler belongs to, and what can do its work. */
    public record ToolchainAccess(ToolchainResolver resolver, SubstituteCompilers substitutes) {}

    /**
     * Results that are known.
     *
     * @param store  of this node
     * @param modes  what builds here may do with the cache
     * @param audits looks after the results that commands are served
     * @param memory for what others have said of a command
     */
    public record CacheAccess(ResultCache cache, ContentStore store, Set<CacheMode> modes, AuditQueue audits,
            MemoryBudget memory) {
        public CacheAccess {
            modes = Set.copyOf(modes);
        }
    }

    /**
     * Who can execute, and how to ask them.
     *
     * @param own opens a job on this very node; empty if there is no sandbox
     */
    public record ExecutorAccess(SubmitterScheduler scheduler, PeerConnections connections,
            Supplier<Optional<StreamOpener>> own, TimeoutScheduler timeouts) {}

    /**
     * How jobs are named, grouped and recorded.
     *
     * @param name   this node's name, which may change
     * @param builds which commands belong together
     */
    public record JobAccounting(Supplier<String> name, JobLog log, BuildGroups builds, InstantSource clock) {
        public String node() {
            return name.get();
        }
    }
}

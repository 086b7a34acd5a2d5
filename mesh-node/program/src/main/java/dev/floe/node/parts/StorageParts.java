package dev.floe.node.parts;

import java.nio.file.Path;
import java.util.List;

import dev.floe.node.builds.BuildLog;
import dev.floe.node.host.DataDirectory;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.host.StorageWatch;
import dev.floe.node.joblog.JobLog;
import dev.floe.store.actioncache.ActionCache;
import dev.floe.store.content.ContentStore;

/** What this node keeps on its disk, but for toolchains. */
public record StorageParts(Path data, JobLog log, BuildLog builds, ContentStore store, ActionCache actions,
        StorageWatch watch) {
    private static final int CACHED_RESULTS = 500_000;

    public static StorageParts build(NodeConfig config) {
        Path data = config.dataDir();
        JobLog log = new JobLog(config.jobLog());
        return new StorageParts(data, log, new BuildLog(data.resolve("builds"), log),
                new ContentStore(data.resolve("store"), config.storeBytes()),
                new ActionCache(data.resolve("actions"), CACHED_RESULTS),
                new StorageWatch(List.of(data, data.resolve("jobs"), data.resolve("store"))));
    }

    public List<LifecyclePart> lifecycle() {
        return List.of(LifecyclePart.starting("data directory", () -> DataDirectory.open(data)),
                new LifecyclePart("job log", log::start, log::close),
                new LifecyclePart("build log", builds::start, builds::close),
                new LifecyclePart("content store", store::start, store::close),
                LifecyclePart.starting("action cache", actions::start));
    }
}

package dev.floe.node;

import java.nio.file.Path;
import java.util.List;

import dev.floe.node.builds.BuildLog;
import dev.floe.node.joblog.JobLog;
import dev.floe.store.ContentStore;
import dev.floe.store.actioncache.ActionCache;

/** What this node keeps on its disk, but for toolchains. */
record StorageParts(Path data, JobLog log, BuildLog builds, ContentStore store, ActionCache actions,
        StorageWatch watch) {
    private static final int CACHED_RESULTS = 500_000;

    static StorageParts build(NodeConfig config) {
        Path data = config.dataDir();
        JobLog log = new JobLog(config.jobLog());
        return new StorageParts(data, log, new BuildLog(data.resolve("builds"), log),
                new ContentStore(data.resolve("store"), config.storeBytes()),
                new ActionCache(data.resolve("actions"), CACHED_RESULTS),
                new StorageWatch(List.of(data, data.resolve("jobs"), data.resolve("store"))));
    }

    List<LifecyclePart> lifecycle() {
        return List.of(LifecyclePart.starting("data directory", () -> DataDirectory.open(data)),
                new LifecyclePart("job log", log::start, log::close),
                new LifecyclePart("build log", builds::start, builds::close),
                new LifecyclePart("content store", store::start, store::close),
                LifecyclePart.starting("action cache", actions::start));
    }
}

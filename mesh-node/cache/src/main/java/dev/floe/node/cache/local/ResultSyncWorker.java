package dev.floe.node.cache.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.QueueWorker;
import dev.floe.node.bounds.RateLimitedLogger;
import dev.floe.store.FailureText;

/**
 * The one thread that writes new results to the disk, in groups, so that a power cut takes only those of the last
 * second. Nobody waits for it: what is not on the disk yet is lost with the power, and made again.
 */
public final class ResultSyncWorker implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ResultSyncWorker.class);
    private static final int MAX_WAITING = 16_384;
    /** A group waits so long for more. */
    private static final Duration GATHER = Duration.ofMillis(200);
    private static final Duration WARNING_GAP = Duration.ofMinutes(10);

    private final GroupWriter disk;
    private final RateLimitedLogger warnings = new RateLimitedLogger(LOG, WARNING_GAP, System::nanoTime);
    private final QueueWorker<List<Path>> worker = new QueueWorker<>("floe-cache-sync", MAX_WAITING, this::sync);

    /** What writes a group of files to the disk; called by one thread. */
    @FunctionalInterface
    public interface GroupWriter {
        void write(Collection<Path> files) throws IOException;
    }

    public ResultSyncWorker(GroupWriter disk) {
        this.disk = disk;
    }

    public void start() {
        worker.start();
    }

    /** Adds the files of a result. Does not block; of too many that wait the last are left to the kernel. */
    public void add(List<Path> files) {
        if (!worker.offer(files)) {
            LOG.debug("files={} are not synced: too many wait, or the node stops", files.size());
        }
    }

    private void sync(List<Path> first) {
        worker.awaitFinish(GATHER);
        List<Path> group = new ArrayList<>(first);
        worker.drain(MAX_WAITING).forEach(group::addAll);
        try {
            disk.write(group);
        } catch (IOException e) {
            warnings.warn("sync", "results of the last second may be lost if the power fails now: {}",
                    FailureText.of(e));
        }
    }

    /** Writes what waits, and ends the thread. */
    @Override
    public void close() {
        worker.finish();
    }
}

package dev.floe.node.cache.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.actioncache.ActionCache;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.content.ContentStore;

final class ResultSyncWorkerTest {
    private static final Path A = Path.of("/a");
    private static final Path B = Path.of("/b");
    private static final Path C = Path.of("/c");

    private final List<Collection<Path>> groups = new CopyOnWriteArrayList<>();

    @Test
    void writesWhatCameTogetherAsOneGroupAndWhatWaitsWhenItIsClosed() {
        ResultSyncWorker worker = new ResultSyncWorker(groups::add);
        worker.add(List.of(A, B));
        worker.add(List.of(C));
        worker.start();
        worker.close();
        assertThat(groups).containsExactly(List.of(A, B, C));
    }

    @Test
    void writesAGroupWithoutBeingClosed() throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        try (ResultSyncWorker worker = new ResultSyncWorker(_ -> written.countDown())) {
            worker.start();
            worker.add(List.of(A));
            written.await();
        }
    }

    @Test
    void goesOnAfterADiskThatDoesNotTakeAGroup() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        ResultSyncWorker worker = new ResultSyncWorker(files -> {
            groups.add(files);
            if (files.contains(A)) {
                failed.countDown();
                throw new IOException("the disk does not take /a (error 5)");
            }
        });
        worker.start();
        worker.add(List.of(A));
        failed.await();
        worker.add(List.of(B));
        worker.close();
        assertThat(groups).containsExactly(List.of(A), List.of(B));
    }

    @Test
    void eachNewResultBringsItsFiles(@TempDir Path directory) throws IOException {
        List<Path> written = new ArrayList<>();
        try (ContentStore store = ContentStore.open(directory.resolve("store"), 1 << 20)) {
            LocalResultStore results = new LocalResultStore(ActionCache.open(directory.resolve("actions"), 10), store,
                    written::addAll);
            ResultContent object = new ResultContent.Stored(store.put(new byte[9000]));
            results.put(ActionKey.of(new byte[ActionKey.BYTES]), new ActionResult(ResultContent.Inline.NONE,
                    ResultContent.Inline.NONE, List.of(new OutputFile("x.o", 0644, object, "")), "maker",
                    Duration.ZERO));
        }
        assertThat(written).hasSize(2).allSatisfy(file -> assertThat(file).isRegularFile());
    }
}

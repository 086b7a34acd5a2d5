package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;

import org.junit.jupiter.api.Test;

final class QueueWorkerTest {
    private static final Duration FOREVER = Duration.ofDays(1);

    private final List<Integer> handled = new CopyOnWriteArrayList<>();

    @Test
    void handlesItemsInOrderAndFinishesThem() {
        QueueWorker<Integer> worker = new QueueWorker<>("test", 10, handled::add);
        for (int i = 0; i < 5; i++) {
            assertThat(worker.offer(i)).isTrue();
        }
        worker.start();
        worker.finish();
        assertThat(handled).containsExactly(0, 1, 2, 3, 4);
        assertThat(worker.offer(5)).as("it has ended").isFalse();
    }

    @Test
    void goesOnAfterAnItemWithWhichTheHandlerFails() {
        QueueWorker<Integer> worker = new QueueWorker<>("test", 2, item -> {
            if (item == 1) {
                throw new IllegalStateException("a fault of the handler");
            }
            handled.add(item);
        });
        worker.offer(1);
        worker.offer(2);
        worker.start();
        worker.finish();
        assertThat(handled).containsExactly(2);
    }

    @Test
    void takesNoMoreThanItsBound() throws InterruptedException {
        QueueWorker<Integer> worker = new QueueWorker<>("test", 2, handled::add);
        assertThat(worker.offer(1)).isTrue();
        assertThat(worker.offer(2)).isTrue();
        assertThat(worker.offer(3)).isFalse();
        assertThat(worker.offer(3, Duration.ofNanos(1))).isFalse();
        worker.start();
        worker.finish();
        assertThat(handled).containsExactly(1, 2);
    }

    @Test
    void closingDropsWhatWaitsAndAwaitsTheItemInHand() throws InterruptedException {
        SynchronousQueue<Integer> begun = new SynchronousQueue<>();
        CompletableFuture<QueueWorker<Integer>> self = new CompletableFuture<>();
        QueueWorker<Integer> worker = new QueueWorker<>("test", 2, item -> {
            put(begun, item);
            assertThat(self.join().awaitClose(FOREVER)).isTrue();
            handled.add(item);
        });
        self.complete(worker);
        worker.start();
        worker.offer(1);
        assertThat(begun.take()).isEqualTo(1);
        worker.offer(2);
        worker.offer(3);
        worker.close();
        assertThat(handled).containsExactly(1);
    }

    @Test
    void finishingEndsTheWaitForMoreItems() {
        CompletableFuture<QueueWorker<Integer>> self = new CompletableFuture<>();
        QueueWorker<Integer> worker = new QueueWorker<>("test", 2, item -> {
            assertThat(self.join().awaitFinish(FOREVER)).isTrue();
            handled.add(item);
        });
        self.complete(worker);
        worker.start();
        worker.offer(1);
        worker.offer(2);
        assertThat(worker.finish(FOREVER)).isTrue();
        assertThat(handled).containsExactly(1, 2);
    }

    @Test
    void finishingGivesUpAfterItsTime() {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        QueueWorker<Integer> worker = new QueueWorker<>("test", 2, _ -> goOn.join());
        worker.start();
        worker.offer(1);
        assertThat(worker.finish(Duration.ofMillis(1))).isFalse();
        goOn.complete(null);
        worker.close();
    }

    @Test
    void theHandlerMayTakeSeveralItems() {
        CompletableFuture<QueueWorker<Integer>> self = new CompletableFuture<>();
        List<List<Integer>> batches = new CopyOnWriteArrayList<>();
        QueueWorker<Integer> worker = new QueueWorker<>("test", 10, item -> {
            handled.add(item);
            batches.add(self.join().drain(2));
        });
        self.complete(worker);
        for (int i = 0; i < 5; i++) {
            worker.offer(i);
        }
        worker.start();
        worker.finish();
        assertThat(handled).containsExactly(0, 3);
        assertThat(batches).containsExactly(List.of(1, 2), List.of(4));
    }

    @Test
    void aDrainLeavesTheEndInTheQueue() {
        CompletableFuture<QueueWorker<Integer>> self = new CompletableFuture<>();
        CountDownLatch finishing = new CountDownLatch(1);
        QueueWorker<Integer> worker = new QueueWorker<>("test", 10, item -> {
            awaitQuietly(finishing);
            while (self.join().offer(0)) {
                Thread.onSpinWait(); // until it is being ended
                self.join().drain(Integer.MAX_VALUE);
            }
            self.join().drain(Integer.MAX_VALUE);
            handled.add(item);
        });
        self.complete(worker);
        worker.offer(1);
        worker.start();
        finishing.countDown();
        worker.finish();
        assertThat(handled).containsExactly(1);
    }

    @Test
    void aSecondDrainDoesNotForgetTheEnd() throws InterruptedException {
        CompletableFuture<QueueWorker<Integer>> self = new CompletableFuture<>();
        CountDownLatch ended = new CountDownLatch(1);
        QueueWorker<Integer> worker = new QueueWorker<>("test", 10, item -> {
            awaitQuietly(ended);
            self.join().drain(Integer.MAX_VALUE); // meets the end
            assertThat(self.join().drain(Integer.MAX_VALUE)).isEmpty();
            handled.add(item);
        });
        self.complete(worker);
        worker.offer(1);
        worker.start();
        Thread finisher = Thread.ofPlatform().start(worker::finish);
        while (finisher.getState() != Thread.State.WAITING) { // for the worker: the end is in the queue
            Thread.onSpinWait();
        }
        ended.countDown();
        finisher.join();
        assertThat(handled).containsExactly(1);
    }

    @Test
    void aWorkerThatWasNotStartedCloses() {
        QueueWorker<Integer> worker = new QueueWorker<>("test", 1, handled::add);
        worker.offer(1);
        worker.close();
        assertThat(handled).isEmpty();
    }

    private static void put(SynchronousQueue<Integer> queue, Integer item) {
        try {
            queue.put(item);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.floe.node.bounds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * A thread that handles the items of a bounded queue, in the order in which they were offered. Nobody interrupts it: an
 * end marker in the queue wakes it when the worker is closed, and closing waits for the item that it is at.
 *
 * @param <T> an item
 */
public final class QueueWorker<T> implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(QueueWorker.class);

    private final BlockingQueue<Entry<T>> queue;
    private final Consumer<T> handler;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1); // once it is open, no item is begun any more
    private final CountDownLatch ending = new CountDownLatch(1); // open once the worker is closed or finishes
    private boolean endDrained; // the thread's own
    private volatile boolean finishing; // once set, no item is taken any more; those that wait are handled

    /** What waits in the queue. */
    private sealed interface Entry<T> {
        record Item<T>(T value) implements Entry<T> {}

        record QueueEnd<T>() implements Entry<T> {}
    }

    /**
     * @param name       of the thread
     * @param maxWaiting items that may wait
     * @param handler    is called by the thread, for one item at a time
     */
    public QueueWorker(String name, int maxWaiting, Consumer<T> handler) {
        this.queue = new LinkedBlockingQueue<>(maxWaiting);
        this.handler = handler;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Adds an item without blocking; false if too many wait, or if the worker is being closed. */
    public boolean offer(T item) {
        return !finishing && queue.offer(new Entry.Item<>(item));
    }

    /** Adds an item; waits at most so long for room. */
    public boolean offer(T item, Duration longest) throws InterruptedException {
        return !finishing && queue.offer(new Entry.Item<>(item), longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** For the handler: takes what waits at the moment, at most so many items. */
    public List<T> drain(int maxItems) {
        List<T> items = new ArrayList<>();
        Entry<T> next = maxItems > 0 ? queue.poll() : null;
        while (next instanceof Entry.Item<T>(T value)) {
            items.add(value);
            next = items.size() < maxItems ? queue.poll() : null;
        }
        endDrained |= next != null; // an earlier drain for the same item may have met it
        return items;
    }

    /** For the handler: waits, and returns whether the worker is being closed. */
    public boolean awaitClose(Duration longest) {
        return await(closing, longest);
    }

    /** For the handler: waits, but not longer than until the worker is closed or is to finish; says whether it is. */
    public boolean awaitFinish(Duration longest) {
        return await(ending, longest);
    }

    private static boolean await(CountDownLatch latch, Duration longest) {
        try {
            return latch.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private void run() {
        try {
            while (!endDrained && queue.take() instanceof Entry.Item<T>(T value) && closing.getCount() > 0) {
                handle(value);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    /** A fault in the program must not end the thread, because nothing else takes the items that wait. */
    private void handle(T value) {
        try {
            handler.accept(value);
        } catch (RuntimeException e) {
            LOG.error("{} has failed with one item, and goes on with the next", thread.getName(), e);
        }
    }

    /** Ends the thread after the items that wait, and waits for it. */
    public void finish() {
        finishing = true;
        ending.countDown();
        try {
            queue.put(new Entry.QueueEnd<>());
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same, but waits at most so long for items; returns whether the thread has ended. {@link #close} follows. */
    public boolean finish(Duration longest) {
        finishing = true;
        ending.countDown();
        long end = System.nanoTime() + longest.toNanos();
        try {
            if (!queue.offer(new Entry.QueueEnd<>(), longest.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            return !thread.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the thread after the item that it is at, and waits for it; the items that wait are dropped. */
    @Override
    public void close() {
        finishing = true;
        ending.countDown();
        closing.countDown();
        queue.clear();
        boolean unused = queue.offer(new Entry.QueueEnd<>()); // if there is no room, an item wakes the thread
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

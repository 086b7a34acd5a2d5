package dev.floe.node.cache;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.state.Peer;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** The one thread that brings new results of this node to a second one, in the order in which they were made. */
final class ReplicationWorker implements AutoCloseable {
    private static final int MAX_WAITING = 8192;
    /** A copy is not sent before that. */
    private static final Duration RIPE = Duration.ofSeconds(1);

    private final CacheContext parts;
    private final ReplicaSender copies;
    private final Runnable behind;
    private final BlockingQueue<Optional<NewResult>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private volatile boolean closing; // once set, the thread ends after the result that it is at

    private record NewResult(ActionKey key, ActionResult result, long addedAt) {}

    /** @param behind called when a result was left without a second copy; must not block */
    ReplicationWorker(CacheContext parts, ReplicaSender copies, Runnable behind) {
        this.parts = parts;
        this.copies = copies;
        this.behind = behind;
        thread = Thread.ofPlatform().name("floe-cache-copies").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Does not block. */
    void add(ActionKey key, ActionResult result) {
        if (!waiting.offer(Optional.of(new NewResult(key, result, System.nanoTime())))) {
            behind.run();
        }
    }

    private void run() {
        try {
            for (Optional<NewResult> made = waiting.take(); made.isPresent() && !closing; made = waiting.take()) {
                awaitReplicationDelay(made.get());
                if (!closing && !secondCopy(made.get())) {
                    behind.run();
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    /**
     * The submitter may be the owner, and then tells the mesh so by itself in a moment; or others may, of the same
     * result.
     */
    private void awaitReplicationDelay(NewResult made) throws InterruptedException {
        lock.lock();
        try {
            long left = made.addedAt() + RIPE.toNanos() - System.nanoTime();
            while (left > 0 && !closing) {
                left = ended.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean secondCopy(NewResult made) {
        List<Peer> owners = copies.owners(made.key());
        ResultStatus standing = parts.announce(made.key());
        return standing instanceof ResultStatus.NotFound // dropped meanwhile
                || owners.isEmpty()
                || standing instanceof ResultStatus.Held(List<Peer> holders) && holds(holders, owners.getFirst())
                || copies.copy(made.key(), made.result()).isPresent();
    }

    private static boolean holds(List<Peer> holders, Peer owner) {
        return holders.stream().anyMatch(holder -> holder.info().id().equals(owner.info().id()));
    }

    /** Ends the thread and waits for it; what waits is left to the node's next start. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        waiting.clear();
        waiting.offer(Optional.empty()); // if there is no room, the thread has other cause to wake up
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.floe.node.cache.replication;

import java.time.Duration;
import java.util.List;

import dev.floe.node.bounds.QueueWorker;
import dev.floe.node.cache.transfer.CacheContext;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.state.Peer;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** The one thread that brings new results of this node to a second one, in the order in which they were made. */
public final class ReplicationWorker implements AutoCloseable {
    private static final int MAX_WAITING = 8192;
    /** A copy is not sent before that. */
    private static final Duration RIPE = Duration.ofSeconds(1);

    private final CacheContext parts;
    private final ReplicaSender copies;
    private final Runnable behind;
    private final QueueWorker<NewResult> worker = new QueueWorker<>("floe-cache-copies", MAX_WAITING, this::replicate);

    private record NewResult(ActionKey key, ActionResult result, long addedAt) {}

    /** @param behind called when a result was left without a second copy; must not block */
    public ReplicationWorker(CacheContext parts, ReplicaSender copies, Runnable behind) {
        this.parts = parts;
        this.copies = copies;
        this.behind = behind;
    }

    public void start() {
        worker.start();
    }

    /** Does not block. */
    public void add(ActionKey key, ActionResult result) {
        if (!worker.offer(new NewResult(key, result, System.nanoTime()))) {
            behind.run();
        }
    }

    /**
     * Waits first: the submitter may be the owner, and then tells the mesh so by itself in a moment; or others may, of
     * the same result.
     */
    private void replicate(NewResult made) {
        boolean closing = worker.awaitClose(Duration.ofNanos(made.addedAt() + RIPE.toNanos() - System.nanoTime()));
        if (!closing && !secondCopy(made)) {
            behind.run();
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
        worker.close();
    }
}

package dev.floe.node.cache;

import dev.floe.node.mesh.Standing;
import dev.floe.node.mesh.state.Peer;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** The one thread that brings new results of this node to a second one, in the order in which they were made. */
final class Copyist implements AutoCloseable {
    private static final int MOST_WAITING = 8192;

    private final Parts parts;
    private final Copies copies;
    private final Runnable behind;
    private final BlockingQueue<Optional<Made>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private volatile boolean closing; // once set, the thread ends after the result that it is at

    private record Made(ActionKey key, ActionResult result) {}

    /** @param behind called when a result was left without a second copy; must not block */
    Copyist(Parts parts, Copies copies, Runnable behind) {
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
        if (!waiting.offer(Optional.of(new Made(key, result)))) {
            behind.run();
        }
    }

    private void run() {
        try {
            for (Optional<Made> made = waiting.take(); made.isPresent() && !closing; made = waiting.take()) {
                if (!secondCopy(made.get())) {
                    behind.run();
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private boolean secondCopy(Made made) {
        Standing standing = parts.announce(made.key());
        if (standing instanceof Standing.Nowhere) { // dropped meanwhile
            return true;
        }
        List<Peer> owners = copies.owners(made.key());
        return owners.isEmpty()
                || standing instanceof Standing.Held(List<Peer> holders) && holds(holders, owners.getFirst())
                || copies.copy(made.key(), made.result()).isPresent();
    }

    private static boolean holds(List<Peer> holders, Peer owner) {
        return holders.stream().anyMatch(holder -> holder.info().id().equals(owner.info().id()));
    }

    /** Ends the thread and waits for it; what waits is left to the node's next start. */
    @Override
    public void close() {
        closing = true;
        waiting.clear();
        waiting.offer(Optional.empty()); // if there is no room, the thread has other cause to wake up
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

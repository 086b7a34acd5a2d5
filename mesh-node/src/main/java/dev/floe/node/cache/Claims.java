package dev.floe.node.cache;

import dev.floe.store.action.ActionKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The results that this node looks for or makes right now, and what became of the last ones. Thread-safe. */
final class Claims implements AutoCloseable {
    private static final int REMEMBERED = 4096;

    private final Map<ActionKey, Running> running = new ConcurrentHashMap<>();
    /** For those who come to wait a moment too late. Guarded by itself. */
    private final Map<ActionKey, Outcome> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ActionKey, Outcome> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** How it ended. */
    sealed interface Outcome {
        /** There is a result, under this key. */
        record Done(ActionKey storedUnder) implements Outcome {}

        /** Another node makes it; ask there. */
        record Elsewhere(Waiting waiting) implements Outcome {}

        record GivenUp(String reason) implements Outcome {}
    }

    /** One that has not ended, or had not when it was found. */
    final class Running {
        private final ActionKey key;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        private Running(ActionKey key) {
            this.key = key;
        }

        ActionKey key() {
            return key;
        }

        CompletableFuture<Outcome> outcome() {
            return outcome;
        }

        /** False if it has ended before. */
        boolean end(Outcome how) {
            if (outcome.isDone()) {
                return false;
            }
            synchronized (ended) {
                ended.put(key, how);
            }
            running.remove(key, this);
            return outcome.complete(how);
        }
    }

    /** The one that runs, if there is one; else a new one, which is the caller's to end. */
    Begun begin(ActionKey key) {
        Running mine = new Running(key);
        Running before = running.putIfAbsent(key, mine);
        return before == null ? new Begun(mine, true) : new Begun(before, false);
    }

    /** @param mine whether it is the caller's to end */
    record Begun(Running running, boolean mine) {}

    @Nullable
    Running find(ActionKey key) {
        return running.get(key);
    }

    /** How the last one of this key ended, if that was not long ago. */
    Optional<Outcome> ended(ActionKey key) {
        synchronized (ended) {
            return Optional.ofNullable(ended.get(key));
        }
    }

    /** Ends all that run. */
    @Override
    public void close() {
        running.values().forEach(each -> each.end(new Outcome.GivenUp("this node is closing")));
    }
}

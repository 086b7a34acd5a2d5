package dev.floe.node.cache.claims;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import dev.floe.store.BoundedMap;
import dev.floe.store.actioncache.ActionKey;

/** The results that this node looks for or makes right now, and what became of the last ones. Thread-safe. */
public final class InFlightResults implements AutoCloseable {
    private static final int REMEMBERED = 4096;

    private final Map<ActionKey, InFlightResult> running = new ConcurrentHashMap<>();
    /** For those who come to wait a moment too late; the oldest make room. Guarded by itself. */
    private final Map<ActionKey, ClaimOutcome> ended = new BoundedMap<>(REMEMBERED);

    /** How it ended. */
    public sealed interface ClaimOutcome {
        /** There is a result, under this key. */
        record ClaimDone(ActionKey storedUnder) implements ClaimOutcome {}

        /** Another node makes it; ask there. */
        record RunningElsewhere(PendingResult waiting) implements ClaimOutcome {}

        record ClaimAbandoned(String reason) implements ClaimOutcome {}
    }

    /** One that has not ended, or had not when it was found. */
    public final class InFlightResult {
        private final ActionKey key;
        private final CompletableFuture<ClaimOutcome> outcome = new CompletableFuture<>();
        private final AtomicBoolean ending = new AtomicBoolean();

        private InFlightResult(ActionKey key) {
            this.key = key;
        }

        public ActionKey key() {
            return key;
        }

        public CompletableFuture<ClaimOutcome> outcome() {
            return outcome;
        }

        /** False if it has ended before. */
        public boolean end(ClaimOutcome how) {
            if (!ending.compareAndSet(false, true)) {
                return false;
            }
            synchronized (ended) {
                ended.put(key, how);
            }
            running.remove(key, this);
            return outcome.complete(how);
        }
    }

    /** The claim that is in flight, if there is one; otherwise a new one, which the caller must end. */
    public BeginResult begin(ActionKey key) {
        InFlightResult mine = new InFlightResult(key);
        InFlightResult before = running.putIfAbsent(key, mine);
        return before == null ? new BeginResult(mine, true) : new BeginResult(before, false);
    }

    /** @param mine whether it is the caller's to end */
    public record BeginResult(InFlightResult running, boolean mine) {}

    @Nullable
    public InFlightResult find(ActionKey key) {
        return running.get(key);
    }

    /** How the last one of this key ended, if that was not long ago. */
    public Optional<ClaimOutcome> ended(ActionKey key) {
        synchronized (ended) {
            return Optional.ofNullable(ended.get(key));
        }
    }

    /** Ends all that run. */
    @Override
    public void close() {
        running.values().forEach(each -> each.end(new ClaimOutcome.ClaimAbandoned("this node is closing")));
    }
}

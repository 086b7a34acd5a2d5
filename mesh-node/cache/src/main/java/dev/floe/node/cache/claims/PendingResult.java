package dev.floe.node.cache.claims;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A result that somebody makes right now, on this node or another. */
@FunctionalInterface
public interface PendingResult {
    /**
     * Waits for the result and fetches it. Empty if its maker gives up or is lost, if {@code limit} passes, or as soon
     * as {@code gone} completes, however it does; the caller then makes the result itself. Throws nothing.
     */
    Optional<LookupResult.Hit> await(Duration limit, CompletableFuture<Void> gone);
}

package dev.floe.node.cache.claims;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.floe.node.cache.ResultCache;
import dev.floe.node.cache.claims.InFlightResults.ClaimOutcome;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.content.ContentStore;

/** A cache of results of one node, without a mesh, a disk or a rule of trust; its contents are in a store. */
public final class InMemoryResultCache implements ResultCache {
    private final ContentStore store;
    private final InFlightResults claims = new InFlightResults();
    private final Map<ActionKey, ActionResult> results = new ConcurrentHashMap<>();
    private final Map<ActionKey, byte[]> advisories = new ConcurrentHashMap<>();

    public InMemoryResultCache(ContentStore store) {
        this.store = store;
    }

    /** Other nodes' manifests, by key. */
    public Map<ActionKey, byte[]> advisories() {
        return advisories;
    }

    @Override
    public LookupResult lookup(ActionKey key) {
        Optional<LookupResult.Hit> hit = find(key);
        if (hit.isPresent()) {
            return hit.get();
        }
        InFlightResults.BeginResult begun = claims.begin(key);
        return begun.mine()
                ? new LookupResult.Claimed(new ResultClaim(begun.running(), () -> {}))
                : new LookupResult.InFlight((limit, gone) -> await(begun.running(), limit, gone));
    }

    private Optional<LookupResult.Hit> await(InFlightResults.InFlightResult running, Duration limit,
            CompletableFuture<Void> gone) {
        try {
            CompletableFuture.anyOf(running.outcome(), gone).get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        return running.outcome().getNow(null) instanceof ClaimOutcome.ClaimDone(ActionKey storedUnder)
                ? find(storedUnder)
                : Optional.empty();
    }

    @Override
    public Optional<LookupResult.Hit> find(ActionKey key) {
        return Optional.ofNullable(results.get(key)).map(result -> new LookupResult.Hit(key, result, "here", false));
    }

    @Override
    public Optional<LookupResult.Hit> findUncounted(ActionKey key) {
        return find(key);
    }

    @Override
    public Optional<InputStream> open(ResultContent content) throws IOException {
        return switch (content) {
            case ResultContent.Inline(byte[] bytes) -> Optional.of(new ByteArrayInputStream(bytes));
            case ResultContent.Stored(Digest digest) -> {
                Optional<FileChannel> channel = store.read(digest);
                yield channel.map(Channels::newInputStream);
            }
        };
    }

    @Override
    public boolean keepCopy(ActionKey key, ActionResult result) {
        results.put(key, result);
        return true;
    }

    @Override
    public void evict(ActionKey key) {
        results.remove(key);
    }

    @Override
    public Optional<InputStream> findAdvisory(ActionKey key) {
        return Optional.ofNullable(advisories.get(key)).map(ByteArrayInputStream::new);
    }

    @Override
    public void publishAdvisory(ActionKey key, byte[] bytes) {
        advisories.put(key, bytes);
    }
}

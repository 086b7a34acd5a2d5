package dev.floe.node.cache.transfer;

import java.util.concurrent.atomic.LongAdder;

import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.local.LocalResultStore;

/** The counters behind {@link CacheStats}. */
public final class CacheCounters {
    final LongAdder localHits = new LongAdder();
    final LongAdder fetchedHits = new LongAdder();
    public final LongAdder misses = new LongAdder();
    final LongAdder fetchFailures = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder waitHits = new LongAdder();
    public final LongAdder claims = new LongAdder();
    public final LongAdder copiesSent = new LongAdder();
    public final LongAdder copiesReceived = new LongAdder();
    final LongAdder fetchedBytes = new LongAdder();
    public final LongAdder servedBytes = new LongAdder();
    final LongAdder refused = new LongAdder();

    public void hit(LookupResult.Hit hit) {
        (hit.fetched() ? fetchedHits : localHits).increment();
    }

    public CacheStats stats(LocalResultStore local) {
        return new CacheStats(localHits.sum(), fetchedHits.sum(), misses.sum(), fetchFailures.sum(), waits.sum(),
                waitHits.sum(), claims.sum(), copiesSent.sum(), copiesReceived.sum(), fetchedBytes.sum(),
                servedBytes.sum(), local.size(), local.store().stats().bytes(), refused.sum());
    }
}

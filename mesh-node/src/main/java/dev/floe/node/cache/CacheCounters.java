package dev.floe.node.cache;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link CacheStats}. */
final class CacheCounters {
    final LongAdder localHits = new LongAdder();
    final LongAdder fetchedHits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder fetchFailures = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder waitHits = new LongAdder();
    final LongAdder claims = new LongAdder();
    final LongAdder copiesSent = new LongAdder();
    final LongAdder copiesReceived = new LongAdder();
    final LongAdder fetchedBytes = new LongAdder();
    final LongAdder servedBytes = new LongAdder();
    final LongAdder refused = new LongAdder();

    void hit(LookupResult.Hit hit) {
        (hit.fetched() ? fetchedHits : localHits).increment();
    }

    CacheStats stats(LocalResultStore local) {
        return new CacheStats(localHits.sum(), fetchedHits.sum(), misses.sum(), fetchFailures.sum(), waits.sum(),
                waitHits.sum(), claims.sum(), copiesSent.sum(), copiesReceived.sum(), fetchedBytes.sum(),
                servedBytes.sum(), local.size(), local.store().stats().bytes(), refused.sum());
    }
}

package dev.floe.node.cache;

import java.util.concurrent.atomic.LongAdder;

/** What {@link Stats} counts. */
final class Counters {
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

    void hit(Lookup.Hit hit) {
        (hit.fetched() ? fetchedHits : localHits).increment();
    }

    Stats stats(LocalResults local) {
        return new Stats(localHits.sum(), fetchedHits.sum(), misses.sum(), fetchFailures.sum(), waits.sum(),
                waitHits.sum(), claims.sum(), copiesSent.sum(), copiesReceived.sum(), fetchedBytes.sum(),
                servedBytes.sum(), local.size(), local.store().stats().bytes(), refused.sum());
    }
}

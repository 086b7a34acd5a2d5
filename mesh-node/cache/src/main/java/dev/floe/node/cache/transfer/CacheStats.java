package dev.floe.node.cache.transfer;

/**
 * The statistics of a node's cache since its start, and what it holds now.
 *
 * @param misses        look-ups that ended without a result, those that were then waited for among them
 * @param fetchFailures fetches from a holder that brought nothing
 * @param waits         times that somebody waited for a result that was being made
 * @param waitHits      how many of them got it
 * @param claims        results that somebody here set out to make
 * @param fetchedBytes  outputs that came with fetched results
 * @param servedBytes   outputs that went out with results that peers fetched
 * @param entries       results held
 * @param storedBytes   bytes of the content store, which is not the cache's alone
 * @param refused       results of peers that were not accepted
 */
public record CacheStats(long localHits, long fetchedHits, long misses, long fetchFailures, long waits, long waitHits,
        long claims, long copiesSent, long copiesReceived, long fetchedBytes, long servedBytes, int entries,
        long storedBytes, long refused) {}

package dev.floe.node.cache.local;

import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The configuration of a node's part in the mesh's cache.
 *
 * @param nodeName          this node's name, which may change
 * @param uses              what it does with the cache
 * @param grace             how long after a node has left its copies are replaced: most nodes come back
 * @param retry             how long after a copy has failed, or the mesh has not answered, it is tried again
 * @param restoredPerSecond results looked after in a second, at most, when nodes have left or this one has started
 * @param restoredBytes     bytes that are copied to other nodes for that in a second, at most, on average
 */
public record CacheConfig(Supplier<String> nodeName, Set<CacheMode> uses, Duration grace, Duration retry,
        int restoredPerSecond, long restoredBytes) {
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final int RESTORED_PER_SECOND = 500;
    private static final long RESTORED_BYTES = 8L << 20;

    /** @throws IllegalArgumentException if a rate or the time of a retry is not positive, or the grace is negative */
    public CacheConfig {
        uses = Set.copyOf(uses);
        if (grace.isNegative() || !retry.isPositive() || restoredPerSecond <= 0 || restoredBytes <= 0) {
            throw new IllegalArgumentException(
                    "rates and retry must be positive: " + restoredPerSecond + ", " + restoredBytes
                            + ", " + retry);
        }
    }

    /** With a pace that no build notices. */
    public static CacheConfig of(Supplier<String> nodeName, Set<CacheMode> uses) {
        return new CacheConfig(nodeName, uses, GRACE, RETRY, RESTORED_PER_SECOND, RESTORED_BYTES);
    }

    /** This node's name. */
    public String node() {
        return nodeName.get();
    }

    public boolean reads() {
        return uses.contains(CacheMode.READ);
    }

    public boolean writes() {
        return uses.contains(CacheMode.WRITE);
    }
}

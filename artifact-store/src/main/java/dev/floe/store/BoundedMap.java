package dev.floe.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;

import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * A map with at most so many entries; the least recently used entry makes room for a new one. For one thread, or under
 * its owner's lock.
 */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private static final float LOAD_FACTOR = 0.75f;

    private final int maxEntries;

    /** @param maxEntries at least 1 */
    public BoundedMap(int maxEntries) {
        super(16, LOAD_FACTOR, true);
        if (maxEntries < 1) {
            throw new IllegalArgumentException("a map of at most " + maxEntries + " entries");
        }
        this.maxEntries = maxEntries;
    }

    /**
     * A bounded map for several threads. Which entry makes room depends on how recently and how often the entries were
     * used (W-TinyLFU), so a new entry may be the one that goes. The thread that writes does the work of eviction.
     */
    public static <K, V> ConcurrentMap<K, V> concurrent(int maxEntries) {
        return Caffeine.newBuilder().maximumSize(maxEntries).executor(Runnable::run).<K, V>build().asMap();
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > maxEntries;
    }
}

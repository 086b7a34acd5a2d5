package dev.floe.store.changes;

import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The names whose coming and going matters, because somebody depends on them. Guarded by the monitor's lock. */
final class DependedNames {
    private static final int MAX_NAMES = 500_000;

    private final ToLongFunction<String> hash;
    private final Set<Long> hashes = new HashSet<>();
    private boolean all; // there are too many to know each

    DependedNames(ToLongFunction<String> hash) {
        this.hash = hash;
    }

    /** @param added by their hashes */
    void add(long[] added) {
        for (long each : added) {
            hashes.add(each);
        }
        if (hashes.size() > MAX_NAMES) {
            hashes.clear();
            all = true;
        }
    }

    boolean matters(String name) {
        return all || hashes.contains(hash.applyAsLong(name)) || !WatchedTree.isPlain(name);
    }

    void clear() {
        hashes.clear();
        all = false;
    }
}

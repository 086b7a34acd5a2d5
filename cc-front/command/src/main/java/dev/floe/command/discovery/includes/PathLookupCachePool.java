package dev.floe.command.discovery.includes;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/** Terrains that no search uses at the moment. Safe for threads. */
public final class PathLookupCachePool {
    private static final int MAX_IDLE = 4;
    /** As {@link PathLookupCache#size} counts, some ten megabytes; libprotobuf takes 9,000. */
    private static final int LARGEST = 30_000;

    private final InstantSource clock;
    private final Deque<PathLookupCache> idle = new ArrayDeque<>(); // the last used first; guarded by itself

    public PathLookupCachePool(InstantSource clock) {
        this.clock = clock;
    }

    /** The one that knows most, or a new one. */
    public PathLookupCache take() {
        synchronized (idle) {
            @Nullable
            PathLookupCache known = idle.pollFirst();
            return known == null ? new PathLookupCache(clock) : known;
        }
    }

    /** A search has ended. One that has grown too large is forgotten, and so is one too many. */
    public void give(PathLookupCache lookups) {
        synchronized (idle) {
            if (lookups.size() <= LARGEST && idle.size() < MAX_IDLE) {
                idle.addFirst(lookups);
            }
        }
    }
}

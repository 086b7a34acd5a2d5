package dev.floe.front.discovery;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/** Terrains that no search uses at the moment. Safe for threads. */
final class Terrains {
    private static final int MOST_IDLE = 4;
    /** As {@link Terrain#size} counts, some ten megabytes; libprotobuf takes 9,000. */
    private static final int LARGEST = 30_000;

    private final InstantSource clock;
    private final Deque<Terrain> idle = new ArrayDeque<>(); // the last used first; guarded by itself

    Terrains(InstantSource clock) {
        this.clock = clock;
    }

    /** The one that knows most, or a new one. */
    Terrain take() {
        synchronized (idle) {
            @Nullable
            Terrain known = idle.pollFirst();
            return known == null ? new Terrain(clock) : known;
        }
    }

    /** A search has ended. One that has grown too large is forgotten, and so is one too many. */
    void give(Terrain terrain) {
        synchronized (idle) {
            if (terrain.size() <= LARGEST && idle.size() < MOST_IDLE) {
                idle.addFirst(terrain);
            }
        }
    }
}

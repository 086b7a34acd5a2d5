package dev.floe.command.discovery.includes;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Where a path has led, and what was met on it. Belongs to a {@link PathLookupCache}, which alone writes to it. */
public final class PathResolution {
    final @Nullable PathResolution base;
    final CachedEntry[] met;
    final Object[] signs;
    final @Nullable CachedEntry end;
    Map<String, PathResolution> below = Map.of();
    long held; // the last search in which it led to the same
    long recorded;

    PathResolution(@Nullable PathResolution base, List<CachedEntry> met, @Nullable CachedEntry end) {
        this.base = base;
        this.met = met.toArray(CachedEntry[]::new);
        this.signs = met.stream().map(CachedEntry::signature).toArray();
        this.end = end;
    }

    /** What is at its end, which is no link; null if it ends early. */
    @Nullable
    CachedEntry end() {
        return end;
    }
}

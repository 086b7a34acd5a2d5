package dev.floe.command.discovery.includes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;

/**
 * The part of the file system that a compile may see: all that a walk meets is recorded under its real place, also when
 * the walk ends at nothing. What one search sees, in a cache that other searches have filled before.
 */
public final class InputTreeRecorder implements PathLookupCache.LookupListener {
    /** Where a walk ended: the real path of what is there, and its state, which is no link's. */
    public record ResolvedPath(Path path, FileStat stat) {}

    /** What a name stood for when this search came by it. */
    private record PathObservation(CachedEntry spot, FileStat stat) {}

    private PathLookupCache lookups;
    private final HostAccess machine;
    private final NavigableMap<Path, FileStat> entries = new TreeMap<>();
    private final List<CachedEntry> missing = new ArrayList<>();
    private final List<PathObservation> links = new ArrayList<>();

    public InputTreeRecorder(HostAccess machine, PathLookupCache lookups) {
        this.lookups = lookups;
        this.machine = machine;
        lookups.startRun(machine, this);
    }

    public PathLookupCache lookups() {
        return lookups;
    }

    /** Other searches may use the cache of lookups from now on; this one continues with a new one. */
    public void leave() {
        lookups = lookups.fresh();
        lookups.startRun(machine, new PathLookupCache.LookupListener() {
            @Override
            public void met(CachedEntry spot) {}

            @Override
            public void recorded(CachedEntry spot) {}
        });
    }

    /** All directories, links and files recorded so far, by real path. */
    public NavigableMap<Path, FileStat> entries() {
        return entries;
    }

    /** Calls {@code each} with every name that was looked for in vain, and the directory that lacks it. */
    void absent(BiConsumer<Path, String> each) {
        missing.forEach(spot -> each.accept(spot.directory().orElseThrow().path(), spot.name()));
    }

    /** Calls {@code each} with every symbolic link that was met, recorded or not, and its text. */
    void links(BiConsumer<Path, String> each) {
        links.forEach(link -> each.accept(link.spot().path(), Objects.requireNonNull(link.stat().target())));
    }

    @Override
    public void met(CachedEntry spot) {
        FileStat stat = spot.stat();
        if (stat == null) {
            missing.add(spot);
        } else if (stat.kind() == FileStat.FileKind.LINK) {
            links.add(new PathObservation(spot, stat));
        }
    }

    @Override
    public void recorded(CachedEntry spot) {
        entries.putIfAbsent(spot.path(), Objects.requireNonNull(spot.stat()));
    }

    /** Walks to an absolute path and records all on the way and what is at its end; empty if the walk ends early. */
    public Optional<ResolvedPath> add(Path spelled) throws IOException {
        return add(lookups.way(spelled));
    }

    /** The same for a way that holds. */
    public Optional<ResolvedPath> add(PathResolution way) {
        lookups.record(way);
        Optional<ResolvedPath> place = place(way);
        if (place.isPresent() && place.get().path().getNameCount() > 0) {
            entries.putIfAbsent(place.get().path(), place.get().stat());
        }
        return place;
    }

    /** As {@link #add}, but a file at the end is not recorded, only how to get there. */
    public Optional<ResolvedPath> addWay(Path spelled) throws IOException {
        PathResolution way = lookups.way(spelled);
        lookups.record(way);
        return place(way);
    }

    /** Looks without recording anything. */
    public Optional<ResolvedPath> look(Path spelled) throws IOException {
        return place(lookups.way(spelled));
    }

    /** As {@link #look(Path)} of {@code name} from a directory. */
    Optional<ResolvedPath> look(Path directory, String name) throws IOException {
        return place(lookups.resolve(lookups.directory(directory), name));
    }

    /** What is at the end of a way that holds. */
    public static Optional<ResolvedPath> place(PathResolution way) {
        CachedEntry end = way.end();
        return end == null
                ? Optional.empty()
                : Optional.of(new ResolvedPath(end.path(), Objects.requireNonNull(end.stat())));
    }
}

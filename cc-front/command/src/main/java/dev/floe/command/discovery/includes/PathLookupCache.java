package dev.floe.command.discovery.includes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.store.BoundedMap;

/**
 * A cache of path lookups: names in directories, and where paths have led. A search looks again at each name that it
 * comes by, once; what it need not do again is to walk. Paths are walked as the kernel walks them, from their spelling:
 * {@code a/../b} needs {@code a}, and each symbolic link is followed by its text.
 *
 * <p>That a name is missing is believed without a look as long as its directory has the same stat, if that was settled:
 * a name cannot appear without changing its directory's times. A directory that changed within the clock's last two
 * seconds is not trusted, because two changes may then bear the same time. Used by one search at a time.
 */
public final class PathLookupCache {
    /** Takes notice of what a search comes by. */
    interface LookupListener {
        void met(CachedEntry spot);

        void recorded(CachedEntry spot);
    }

    /** What lies here is another thing to each process: {@code /dev/stdin} leads here too. A walk finds nothing. */
    private static final Path PROCESSES = Path.of("/proc");
    /** The kernel gives up at this many links in one walk. */
    private static final int MAX_LINKS = 40;
    private static final int MAX_LISTS = 8;
    private static final int TEXT_SIZE = 4;
    private static final FileStat ROOT = new FileStat(FileKind.DIRECTORY, 0755, 0, 0, 0, 0, 0, null);

    private final InstantSource clock;
    private final CachedEntry root = new CachedEntry(null, "/");
    private final PathResolution top;
    private final Map<Path, PathResolution> directories = new HashMap<>(); // by how they are spelled
    private final Map<HeaderSearchPath, Map<Path, ScannedFile>> texts = new BoundedMap<>(MAX_LISTS);
    private @Nullable HostAccess machine;
    private @Nullable LookupListener listener;
    private long search;
    private long now;
    private int size;

    /** @param clock tells which directories changed too recently to remember what they lack */
    PathLookupCache(InstantSource clock) {
        this.clock = clock;
        root.stat = ROOT;
        this.top = new PathResolution(null, List.of(), root);
    }

    /** An entry about which nothing is known yet. */
    PathLookupCache fresh() {
        return new PathLookupCache(clock);
    }

    /** A new search begins: all is looked at again. */
    void startRun(HostAccess eyes, LookupListener notes) {
        machine = eyes;
        listener = notes;
        search++;
        now = clock.millis() * 1_000_000;
    }

    /** The number of this search. */
    long search() {
        return search;
    }

    /**
     * How much is kept here: names and paths, some 300 bytes each; a text with its inclusions counts as several of
     * them.
     */
    int size() {
        return size + TEXT_SIZE * texts.values().stream().mapToInt(Map::size).sum();
    }

    /** Texts that were reached along a search list, by how they are spelled. */
    Map<Path, ScannedFile> texts(HeaderSearchPath list) {
        return texts.computeIfAbsent(list, _ -> new HashMap<>());
    }

    /** Where an absolute path leads. */
    public PathResolution way(Path spelled) throws IOException {
        Path parent = spelled.getParent();
        return parent == null
                ? top
                : resolveChild(directory(parent), Objects.requireNonNull(spelled.getFileName()).toString());
    }

    /** Where a directory's spelling leads. */
    public PathResolution directory(Path spelled) throws IOException {
        PathResolution known = directories.get(spelled);
        if (known != null && isValid(known)) {
            return known;
        }
        Deque<String> names = new ArrayDeque<>();
        spelled.forEach(name -> names.addLast(name.toString()));
        PathResolution fresh = walk(null, root, names);
        directories.put(spelled, fresh);
        return fresh;
    }

    /** Where a name leads from there; it may have several parts. */
    public PathResolution resolve(PathResolution base, String name) throws IOException {
        int slash = name.lastIndexOf('/');
        if (slash < 0) {
            return resolveChild(base, name);
        }
        return slash == 0
                ? way(Path.of(name))
                : resolveChild(resolve(base, name.substring(0, slash)), name.substring(slash + 1));
    }

    private PathResolution resolveChild(PathResolution base, String name) throws IOException {
        CachedEntry from = base.end;
        if (from == null) {
            return base; // further than nowhere is nowhere
        }
        PathResolution known = base.below.get(name);
        if (known != null && isValid(known)) {
            return known;
        }
        PathResolution fresh = walk(base, from, new ArrayDeque<>(List.of(name)));
        if (base.below.isEmpty()) {
            base.below = new HashMap<>();
        }
        base.below.put(name, fresh);
        return fresh;
    }

    /** Whether a way leads in this search to where it led before. */
    boolean isValid(PathResolution way) throws IOException {
        if (way.held == search) {
            return true;
        }
        if (way.base != null && !isValid(way.base)) {
            return false;
        }
        for (int i = 0; i < way.met.length; i++) {
            look(way.met[i]);
            if (!way.met[i].signature().equals(way.signs[i])) {
                return false;
            }
        }
        way.held = search;
        return true;
    }

    /** Whether all of these do; there is at least one. */
    boolean areValid(List<PathResolution> ways) throws IOException {
        for (PathResolution way : ways) {
            if (!isValid(way)) {
                return false;
            }
        }
        return !ways.isEmpty();
    }

    /** Tells the listener of each directory and link on a way, once. */
    void record(PathResolution way) {
        if (way.recorded == search) {
            return;
        }
        way.recorded = search;
        if (way.base != null) {
            record(way.base);
        }
        for (CachedEntry spot : way.met) {
            if (spot.stat != null && (spot.stat.kind() == FileKind.DIRECTORY || spot.stat.kind() == FileKind.LINK)) {
                Objects.requireNonNull(listener).recorded(spot);
            }
        }
    }

    private PathResolution walk(@Nullable PathResolution base, CachedEntry from, Deque<String> rest)
            throws IOException {
        List<CachedEntry> met = new ArrayList<>();
        CachedEntry at = from;
        int links = 0;
        while (at != null && !rest.isEmpty()) {
            String name = rest.removeFirst();
            if (Objects.requireNonNull(at.stat).kind() != FileKind.DIRECTORY) {
                at = null;
            } else if (name.equals("..")) {
                at = at.directory == null ? at : at.directory;
            } else if (!name.equals(".") && !name.isEmpty()) {
                CachedEntry spot = name(at, name);
                look(spot);
                met.add(spot);
                FileStat stat = spot.stat;
                if (stat == null || stat.kind() == FileKind.LINK && ++links > MAX_LINKS) {
                    at = null;
                } else if (stat.kind() == FileKind.LINK) {
                    Path target = Path.of(Objects.requireNonNull(stat.target()));
                    for (int i = target.getNameCount() - 1; i >= 0; i--) {
                        rest.addFirst(target.getName(i).toString());
                    }
                    at = target.isAbsolute() ? root : at;
                } else {
                    at = spot;
                }
            }
        }
        size++;
        PathResolution way = new PathResolution(base, met, at);
        way.held = search;
        return way;
    }

    private CachedEntry name(CachedEntry directory, String name) {
        CachedEntry known = directory.names.get(name);
        if (known == null) {
            known = new CachedEntry(directory, name);
            if (directory.names.isEmpty()) {
                directory.names = new HashMap<>();
            }
            directory.names.put(name, known);
            size++;
        }
        return known;
    }

    /** Looks at what is there, once in a search; its directory has been looked at. */
    private void look(CachedEntry spot) throws IOException {
        if (spot.seen == search) {
            return;
        }
        FileStat directory = Objects.requireNonNull(Objects.requireNonNull(spot.directory).stat);
        if (spot.lacking == null || spot.lacking != directory) {
            Path path = spot.path != null ? spot.path : spot.directory.path().resolve(spot.name);
            FileStat found = path.equals(PROCESSES)
                    ? null
                    : Objects.requireNonNull(machine).lstat(path).orElse(null);
            if (found == null || !found.equals(spot.stat)) {
                spot.stat = found;
            }
            boolean settled = directory.inode() != 0
                    && Math.max(directory.mtimeNanos(), directory.ctimeNanos()) <= now
                            - DirectoryListingCache.SETTLED_NANOS;
            spot.lacking = found == null && settled ? directory : null;
            spot.path = found == null ? null : path;
        }
        spot.seen = search;
        Objects.requireNonNull(listener).met(spot);
    }
}

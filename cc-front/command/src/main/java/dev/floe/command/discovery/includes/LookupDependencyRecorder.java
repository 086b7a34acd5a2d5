package dev.floe.command.discovery.includes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.inputs.LookupDependencies.DirectoryWatch;

/**
 * Makes the footprint of one search. A name is looked for part by part: {@code sys/types.h} along {@code -I D} fails
 * for want of {@code D/sys} or of {@code D/sys/types.h}. So each directory on the way of each name is watched, where it
 * exists, for all parts of all names, which is more than needed and never less. A directory that has the name of a
 * header, which the compiler passes over, is watched too, because a later change could turn it into one. There is no
 * footprint if a directory changed while the search went on, or if such a name stands for anything else that is no
 * file; nor if a file stands where a directory is looked for.
 */
public final class LookupDependencyRecorder {
    private final InputTreeRecorder tree;
    private final DirectoryListingCache directories;
    private final HostAccess machine;
    private final long started;
    private final Map<Path, DirectoryListingCache.DirectoryListing> before = new HashMap<>();
    private final Set<String> parts = new HashSet<>();
    private final Set<String> headers = new HashSet<>();
    private final Map<Long, String> byHash = new HashMap<>(); // the headers
    private final Set<Path> watched = new LinkedHashSet<>();
    private boolean obstructed;

    public LookupDependencyRecorder(InputTreeRecorder tree, DirectoryListingCache directories, HostAccess machine) {
        this.tree = tree;
        this.directories = directories;
        this.machine = machine;
        this.started = directories.now();
    }

    /** When the search began, nanoseconds since 1970. */
    public long started() {
        return started;
    }

    /** Notes what a directory holds before the compiler is asked. */
    public void snapshotDirectory(Path directory) throws IOException {
        Optional<InputTreeRecorder.ResolvedPath> place = tree.look(directory.resolve("."));
        if (place.isPresent() && place.get().stat().kind() == FileKind.DIRECTORY && !isRoot(place.get().path())) {
            directories.of(place.get().path(), place.get().stat(), machine)
                    .ifPresent(contents -> before.put(place.get().path(), contents));
        }
    }

    /** Names that may be looked for in each of these directories. */
    public void watchNames(Collection<Path> along, Collection<String> names) throws IOException {
        Set<Path> ways = new LinkedHashSet<>();
        for (String name : names) {
            if (name.indexOf('\0') >= 0) {
                continue; // no file has such a name
            }
            Path path = Path.of(name);
            for (Path part : path) {
                parts.add(part.toString());
            }
            headers.add(String.valueOf(path.getFileName()));
            for (Path way = path.getParent(); way != null && way.getNameCount() > 0; way = way.getParent()) {
                ways.add(way);
            }
        }
        for (Path directory : along) {
            watch(directory);
            for (Path way : ways) {
                watch(directory.resolve(way));
                obstructed |= tree.look(directory.resolve(way))
                        .filter(place -> place.stat().kind() != FileKind.DIRECTORY)
                        .isPresent();
            }
        }
    }

    private void watch(Path directory) throws IOException {
        Optional<InputTreeRecorder.ResolvedPath> place = tree.look(directory.resolve("."));
        if (place.isPresent() && place.get().stat().kind() == FileKind.DIRECTORY) {
            watched.add(place.get().path());
        }
    }

    /** @param suffixes of what may stand beside a header and win over it */
    public Optional<LookupDependencies> make(InputSet inputs, List<String> suffixes) throws IOException {
        if (obstructed) {
            return Optional.empty();
        }
        for (String header : List.copyOf(headers)) {
            for (String suffix : suffixes) {
                parts.add(header + suffix);
                headers.add(header + suffix);
            }
        }
        tree.absent((directory, name) -> {
            watched.add(directory);
            parts.add(name);
        });
        Set<Path> known = new HashSet<>();
        Map<Path, FileStat> twins = new HashMap<>();
        for (Input input : inputs.inputs()) {
            known.add(input.path());
            if (input instanceof Input.File file && (file.keepTime() || file.group() > 0)) {
                twins.put(file.path(), tree.entries().get(file.path()));
            }
        }
        HashedNameSet names = HashedNameSet.spelled(parts);
        headers.forEach(header -> byHash.put(HashedNameSet.hash(header), header));
        List<DirectoryWatch> watches = new ArrayList<>(watched.size());
        Set<Path> passedOver = new LinkedHashSet<>();
        for (Path directory : watched) {
            HashedNameSet contents = contents(directory, names);
            if (contents == null || !addPassedOver(directory, contents, known, passedOver)) {
                return Optional.empty();
            }
            watches.add(new DirectoryWatch(directory, names.common(contents)));
        }
        passedOver.removeAll(watched);
        for (Path directory : passedOver) {
            HashedNameSet contents = contents(directory, names);
            if (contents == null) {
                return Optional.empty();
            }
            watches.add(new DirectoryWatch(directory, names.common(contents)));
        }
        List<Input.Link> links = new ArrayList<>();
        tree.links((path, target) -> {
            if (!known.contains(path)) {
                links.add(new Input.Link(path, target));
            }
        });
        return Optional.of(new LookupDependencies(names, watches, links, twins));
    }

    /** What a directory holds, if it held the same of these names when the search began. */
    private @Nullable HashedNameSet contents(Path directory, HashedNameSet names) throws IOException {
        DirectoryListingCache.@Nullable DirectoryListing earlier = before.getOrDefault(directory,
                directories.last(directory));
        Optional<FileStat> stat = machine.lstatNow(directory);
        Optional<DirectoryListingCache.DirectoryListing> now = stat.isEmpty()
                ? Optional.empty()
                : directories.of(directory, stat.get(), machine);
        if (now.isEmpty()) {
            return null;
        }
        HashedNameSet held = now.get().names();
        if (earlier != null && (before.containsKey(directory) || earlier.readNanos() < started)) {
            return names.common(earlier.names()) == names.common(held) ? held : null;
        }
        long changed = Math.max(now.get().stat().mtimeNanos(), now.get().stat().ctimeNanos());
        return changed < started - DirectoryListingCache.SETTLED_NANOS ? held : null;
    }

    /**
     * Whether whatever here has the name of a header is a file or a directory. The directories are added to
     * {@code passedOver}.
     */
    private boolean addPassedOver(Path directory, HashedNameSet contents, Set<Path> known, Set<Path> passedOver)
            throws IOException {
        for (String header : contents.those(byHash)) {
            Path path = directory.resolve(header);
            if (known.contains(path)) {
                continue;
            }
            Optional<InputTreeRecorder.ResolvedPath> place = tree.look(path);
            if (place.isPresent() && place.get().stat().kind() == FileKind.DIRECTORY
                    && place.get().path().equals(path)) {
                passedOver.add(path);
            } else if (place.isEmpty() || place.get().stat().kind() != FileKind.REGULAR) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRoot(Path path) {
        return path.getNameCount() == 0;
    }

    /** Names as they stand below some of these directories, for files that the compiler has found. */
    public static Set<String> relative(Collection<Path> files, Collection<Path> directories) {
        Set<String> names = new LinkedHashSet<>();
        for (Path file : files) {
            names.add(String.valueOf(file.getFileName()));
            for (Path directory : directories) {
                if (file.startsWith(directory) && !file.equals(directory)) {
                    names.add(directory.relativize(file).toString());
                }
            }
        }
        return names;
    }
}

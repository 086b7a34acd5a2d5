package dev.floe.command.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.discovery.includes.DirectoryListingCache.DirectoryListing;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.proof.PathWalks.Walk;

/**
 * Finds which of many paths exist, with few looks. A name whose directory is missing, too, needs no look. Names in a
 * directory whose contents are remembered need none either, as long as its stat is the same; the others are looked at
 * in one call.
 */
final class PresentPaths {
    /** From this number of names on, the directory is read instead of looking each name up. */
    private static final int WORTH_READING = 8;
    /** A directory that changes all the time is not read if it has this many times the names that are sought. */
    private static final int LONG = 3;

    private final HostAccess machine;
    private final DirectoryListingCache directories;

    PresentPaths(HostAccess machine, DirectoryListingCache directories) {
        this.machine = machine;
        this.directories = directories;
    }

    /** Those of some paths at which there is something, with the way to it. */
    Map<String, Walk> find(InputSet inputs, Collection<String> missed) throws IOException {
        Map<String, List<String>> byDirectory = SpelledPaths.byDirectory(missed);
        Map<Path, FileStat> stats = new HashMap<>();
        Map<String, Path> real = realDirectories(inputs, byDirectory.keySet(), stats);
        Map<Path, Set<String>> sought = new LinkedHashMap<>();
        real.forEach((spelled, directory) -> sought.computeIfAbsent(directory, _ -> new LinkedHashSet<>())
                .addAll(byDirectory.getOrDefault(spelled, List.of())));
        Map<Path, Set<String>> found = found(sought, stats);
        List<String> present = new ArrayList<>();
        if (!found.isEmpty()) {
            real.forEach((spelled, directory) -> byDirectory.getOrDefault(spelled, List.of()).stream()
                    .filter(found.getOrDefault(directory, Set.of())::contains)
                    .forEach(name -> present.add((spelled.equals("/") ? "" : spelled) + "/" + name)));
        }
        missed.stream().filter(path -> SpelledPaths.isOdd(path) && !SpelledPaths.isOfSandbox(path))
                .forEach(present::add);
        if (present.isEmpty()) {
            return new LinkedHashMap<>();
        }
        Map<String, Walk> there = new PathWalks(machine).walk(present);
        // A link that leads nowhere is as good as none.
        there.entrySet().removeIf(entry -> entry.getValue().end() == null);
        return there;
    }

    /**
     * Where directories really are, by how they are spelled; those that are not there are left out.
     *
     * @param stats gets those of the directories that were looked at
     */
    private Map<String, Path> realDirectories(InputSet inputs, Set<String> spelled, Map<Path, FileStat> stats)
            throws IOException {
        Map<String, Path> known = new HashMap<>(); // each is where it says, because an input lies below no link
        for (Input input : inputs.inputs()) {
            if (input instanceof Input.Directory(Path path, int _)) {
                known.put(path.toString(), path);
            }
        }
        Map<String, Path> real = new LinkedHashMap<>();
        Set<Path> wanted = new LinkedHashSet<>();
        List<String> others = new ArrayList<>();
        for (String directory : spelled) {
            Path path = known.get(directory);
            Path parent = path == null ? known.get(SpelledPaths.parent(directory)) : null;
            if (path != null) {
                real.put(directory, path);
                wanted.add(path);
            } else {
                others.add(directory);
            }
            if (parent != null) {
                wanted.add(parent);
            }
        }
        look(wanted, stats);
        others.removeIf(directory -> isMissing(directory, known.get(SpelledPaths.parent(directory)), stats));
        for (Map.Entry<String, Walk> entry : PathWalks.knowing(inputs, machine).walk(others).entrySet()) {
            Path end = entry.getValue().end();
            if (end != null && entry.getValue().stat().map(stat -> stat.kind() == FileKind.DIRECTORY)
                    .orElse(end.getNameCount() == 0)) {
                real.put(entry.getKey(), end);
            }
        }
        return real;
    }

    private void look(Set<Path> wanted, Map<Path, FileStat> stats) throws IOException {
        List<Path> paths = wanted.stream().filter(path -> !stats.containsKey(path)).toList();
        if (!paths.isEmpty()) {
            List<Optional<FileStat>> found = machine.lstat(paths);
            for (int i = 0; i < paths.size(); i++) {
                Path path = paths.get(i);
                found.get(i).ifPresent(stat -> stats.put(path, stat));
            }
        }
    }

    /** Whether the remembered contents of its parent, which has not changed, say that a directory is not there. */
    private boolean isMissing(String directory, @Nullable Path parent, Map<Path, FileStat> stats) {
        FileStat stat = parent == null ? null : stats.get(parent);
        DirectoryListing contents = parent == null || stat == null ? null : directories.settled(parent, stat);
        String name = directory.substring(directory.lastIndexOf('/') + 1);
        return contents != null && !SpelledPaths.isOdd("/" + name) && !contents.names().contains(name);
    }

    /** Those of the names sought in each real directory that are there. */
    private Map<Path, Set<String>> found(Map<Path, Set<String>> sought, Map<Path, FileStat> stats)
            throws IOException {
        look(sought.keySet(), stats);
        List<Path> candidates = new ArrayList<>();
        for (Map.Entry<Path, Set<String>> place : sought.entrySet()) {
            FileStat stat = stats.get(place.getKey());
            if (stat != null && stat.kind() == FileKind.DIRECTORY) {
                Optional<DirectoryListing> contents = contents(place.getKey(), stat, place.getValue().size());
                for (String name : place.getValue()) {
                    if (contents.isEmpty() || contents.get().names().contains(name)) {
                        candidates.add(place.getKey().resolve(name));
                    }
                }
            }
        }
        Map<Path, Set<String>> found = new HashMap<>();
        if (!candidates.isEmpty()) {
            List<Optional<FileStat>> looks = machine.lstat(candidates);
            for (int i = 0; i < candidates.size(); i++) {
                if (looks.get(i).isPresent()) {
                    found.computeIfAbsent(candidates.get(i).getParent(), _ -> new LinkedHashSet<>())
                            .add(candidates.get(i).getFileName().toString());
                }
            }
        }
        return found;
    }

    /** What a directory holds, unless it is cheaper to look at each name. */
    private Optional<DirectoryListing> contents(Path directory, FileStat stat, int names) throws IOException {
        DirectoryListing settled = directories.settled(directory, stat);
        if (settled != null) {
            return Optional.of(settled);
        }
        DirectoryListing last = directories.last(directory);
        boolean read = last == null ? names >= WORTH_READING : last.names().size() <= LONG * names;
        return read ? directories.of(directory, stat, machine) : Optional.empty();
    }
}

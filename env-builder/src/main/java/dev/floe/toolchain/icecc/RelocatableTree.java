package dev.floe.toolchain.icecc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import dev.floe.toolchain.ToolchainEntry;

/**
 * A tree whose parts can be put elsewhere. Programs do not notice: links to what has moved are made again, and a
 * directory that has moved has a link in its old place.
 */
final class RelocatableTree {
    /** What the sandbox mounts itself. */
    private static final List<String> MOUNTED = List.of("dev", "proc", "sys", "tmp", "run");
    /** Directories which on most machines are links into {@code usr}, as the inputs of jobs have them. */
    private static final List<String> MERGED = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final int MAX_HOPS = 40;

    private final TreeMap<String, ToolchainEntry> entries = new TreeMap<>();

    RelocatableTree(Collection<ToolchainEntry> entries) {
        entries.forEach(entry -> this.entries.put(entry.path(), entry));
    }

    List<ToolchainEntry> entries() {
        return List.copyOf(entries.values());
    }

    RelocatableTree copy() {
        return new RelocatableTree(entries.values());
    }

    /** As it is on most machines, without what a job's tree has of its own. */
    void normalize() {
        MOUNTED.forEach(this::remove);
        for (String top : MERGED) {
            if (entries.get(top) instanceof ToolchainEntry.DirectoryEntry) {
                for (String path : below(top)) {
                    move(path, "usr/" + path);
                }
                directory("usr/" + top);
                entries.put(top, new ToolchainEntry.LinkEntry(top, "usr/" + top));
            }
        }
    }

    /** Removes a file, or a directory with what it holds; nothing if there is none. */
    void remove(String path) {
        below(path).forEach(entries::remove);
        entries.remove(path);
    }

    /** Where a path ends, once all links are followed; empty unless at a file. */
    Optional<String> file(String path) {
        Deque<String> ahead = new ArrayDeque<>(List.of(path.split("/")));
        List<String> behind = new ArrayList<>();
        int hops = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.pop();
            if (name.equals("..")) {
                if (!behind.isEmpty()) {
                    behind.removeLast();
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                behind.add(name);
                if (entries.get(String.join("/", behind)) instanceof ToolchainEntry.LinkEntry link) {
                    if (++hops > MAX_HOPS) {
                        return Optional.empty();
                    }
                    behind.removeLast();
                    if (link.target().startsWith("/")) {
                        behind.clear();
                    }
                    List.of(link.target().split("/")).reversed().forEach(ahead::push);
                }
            }
        }
        String real = String.join("/", behind);
        return entries.get(real) instanceof ToolchainEntry.FileEntry ? Optional.of(real) : Optional.empty();
    }

    /**
     * Moves a file or a link; a directory is only made in the new place.
     *
     * @throws IllegalArgumentException if something else is there
     */
    void move(String from, String to) {
        ToolchainEntry moved = switch (entries.get(from)) {
            case ToolchainEntry.FileEntry file -> new ToolchainEntry.FileEntry(to, file.mode(), file.digest());
            case ToolchainEntry.LinkEntry link -> new ToolchainEntry.LinkEntry(to, absolute(link));
            case ToolchainEntry.DirectoryEntry _ -> new ToolchainEntry.DirectoryEntry(to);
            case null -> throw new IllegalArgumentException("there is no " + from);
        };
        List<String> links = moved instanceof ToolchainEntry.FileEntry ? linksTo(from) : List.of();
        entries.remove(from);
        int slash = to.lastIndexOf('/');
        if (slash > 0) {
            directory(to.substring(0, slash));
        }
        ToolchainEntry there = entries.put(to, moved);
        if (there != null && !there.equals(moved)) {
            throw new IllegalArgumentException(from + " and " + to + " are not the same");
        }
        for (String link : links) {
            entries.put(link, new ToolchainEntry.LinkEntry(link, "/" + to));
        }
    }

    /** Adds a link; nothing if that place is taken. */
    void link(String path, String target) {
        entries.putIfAbsent(path, new ToolchainEntry.LinkEntry(path, target));
    }

    /** Adds a directory with its parents. */
    void directory(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            entries.putIfAbsent(path.substring(0, slash), new ToolchainEntry.DirectoryEntry(path.substring(0, slash)));
        }
        entries.putIfAbsent(path, new ToolchainEntry.DirectoryEntry(path));
    }

    private List<String> below(String directory) {
        return List.copyOf(entries.subMap(directory + "/", directory + "0").keySet()); // '0' follows '/'
    }

    private List<String> linksTo(String file) {
        return entries.values().stream().filter(ToolchainEntry.LinkEntry.class::isInstance).map(ToolchainEntry::path)
                .filter(link -> file(link).filter(file::equals).isPresent()).toList();
    }

    private static String absolute(ToolchainEntry.LinkEntry link) {
        if (link.target().startsWith("/")) {
            return link.target();
        }
        int slash = link.path().lastIndexOf('/');
        return "/" + (slash < 0 ? "" : link.path().substring(0, slash + 1)) + link.target();
    }
}

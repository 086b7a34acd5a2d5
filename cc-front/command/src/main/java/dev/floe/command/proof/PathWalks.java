package dev.floe.command.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;

/**
 * Walks paths as the kernel walks them, many at a time: what all of them need next is looked at in one call. A path
 * that was looked at is not looked at again. Used by one thread.
 */
final class PathWalks {
    /** The kernel gives up at this many links in one walk. */
    private static final int MAX_LINKS = 40;
    private static final Path ROOT = Path.of("/");
    /** What lies here differs between processes. */
    private static final Path PROCESSES = Path.of("/proc");

    private final HostAccess machine;
    private final Map<Path, Optional<FileStat>> stats = new HashMap<>();

    /**
     * Where a path led.
     *
     * @param met the links and directories on the way that are there, and what is at the end, by real path
     * @param end null if nothing is there
     */
    record Walk(Map<Path, FileStat> met, @Nullable Path end) {
        Optional<FileStat> stat() {
            return end == null ? Optional.empty() : Optional.ofNullable(met.get(end));
        }
    }

    PathWalks(HostAccess machine) {
        this.machine = machine;
        stats.put(PROCESSES, Optional.empty());
    }

    /** One that believes what inputs say of directories and links. Other fields of the stats of these are zero. */
    static PathWalks knowing(InputSet inputs, HostAccess machine) {
        PathWalks walks = new PathWalks(machine);
        Optional<FileStat> directory = Optional.of(stat(FileKind.DIRECTORY, null));
        for (Input input : inputs.inputs()) {
            switch (input) {
                case Input.Directory(Path path, int _) -> walks.stats.put(path, directory);
                case Input.Link(Path path, String target) ->
                    walks.stats.put(path, Optional.of(stat(FileKind.LINK, target)));
                case Input.File _ -> {
                }
            }
        }
        return walks;
    }

    private static FileStat stat(FileKind kind, @Nullable String target) {
        return new FileStat(kind, 0, 0, 0, 0, 0, 0, target);
    }

    /** Where each of these absolute paths leads, by how they are spelled. */
    Map<String, Walk> walk(Collection<String> spelled) throws IOException {
        Map<String, Walker> walkers = new LinkedHashMap<>();
        spelled.forEach(path -> walkers.computeIfAbsent(path, Walker::new));
        Set<Path> wanted = new LinkedHashSet<>();
        do {
            look(wanted);
            wanted.clear();
            walkers.values().forEach(walker -> walker.advance().ifPresent(wanted::add));
        } while (!wanted.isEmpty());
        Map<String, Walk> walks = new LinkedHashMap<>();
        walkers.forEach((path, walker) -> walks.put(path, new Walk(walker.met, walker.end)));
        return walks;
    }

    private void look(Set<Path> wanted) throws IOException {
        if (!wanted.isEmpty()) {
            List<Path> paths = List.copyOf(wanted);
            List<Optional<FileStat>> found = machine.lstat(paths);
            for (int i = 0; i < paths.size(); i++) {
                stats.put(paths.get(i), found.get(i));
            }
        }
    }

    /** One walk. */
    private final class Walker {
        private final Map<Path, FileStat> met = new LinkedHashMap<>();
        private final Deque<String> rest = new ArrayDeque<>();
        private Path at = ROOT;
        private @Nullable Path end;
        private int links;
        private boolean over;

        Walker(String spelled) {
            for (String name : spelled.split("/", -1)) {
                rest.addLast(name);
            }
            rest.removeFirst(); // before the first slash
        }

        /** Goes on as far as is known; returns what must be looked at to go further, and nothing at the end. */
        Optional<Path> advance() {
            while (!over && !rest.isEmpty()) {
                String name = rest.getFirst();
                if (name.isEmpty() || name.equals(".")) {
                    rest.removeFirst();
                } else if (name.equals("..")) {
                    rest.removeFirst();
                    at = Objects.requireNonNullElse(at.getParent(), ROOT);
                } else {
                    Path next = at.resolve(name);
                    Optional<FileStat> stat = stats.get(next);
                    if (stat == null) {
                        return Optional.of(next);
                    }
                    rest.removeFirst();
                    step(next, stat.orElse(null));
                }
            }
            if (!over) {
                over = true;
                end = at;
            }
            return Optional.empty();
        }

        private void step(Path next, @Nullable FileStat stat) {
            if (stat == null) {
                over = true;
                return;
            }
            met.putIfAbsent(next, stat);
            switch (stat.kind()) {
                case DIRECTORY -> at = next;
                case LINK -> follow(Objects.requireNonNull(stat.target()));
                case REGULAR, OTHER -> {
                    over = true;
                    end = rest.isEmpty() ? next : null; // nothing is below a file
                }
            }
        }

        private void follow(String target) {
            if (++links > MAX_LINKS) {
                over = true;
                return;
            }
            List<String> names = new ArrayList<>(List.of(target.split("/", -1)));
            if (target.startsWith("/")) {
                at = ROOT;
            }
            names.reversed().forEach(rest::addFirst);
        }
    }
}

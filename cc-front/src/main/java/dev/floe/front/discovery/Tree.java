package dev.floe.front.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import dev.floe.front.FileStat;
import dev.floe.front.FileStat.Kind;
import dev.floe.front.Machine;

/**
 * The part of the file system that a compile may see. Paths are walked as the kernel walks them, from their spelling:
 * {@code a/../b} needs {@code a}, and each symbolic link on the way is part of the tree. All that a walk meets is recorded
 * under its real place, also when the walk ends at nothing.
 */
final class Tree {
    /** Where a walk ended: the real path of what is there, and its state, which is no link's. */
    record Place(Path path, FileStat stat) {}

    /** What lies here is another thing to each process: {@code /dev/stdin} leads here too. A walk finds nothing. */
    private static final Path PROCESSES = Path.of("/proc");
    /** The kernel gives up at this many links in one walk. */
    private static final int MAX_LINKS = 40;

    private final Machine machine;
    private final AbsenceMemory absences;
    private final NavigableMap<Path, FileStat> entries = new TreeMap<>();
    private final Map<Path, Optional<FileStat>> stats = new HashMap<>();
    private final Map<Path, Optional<Place>> recorded = new HashMap<>();
    private final Map<Path, Optional<Place>> seen = new HashMap<>();

    Tree(Machine machine, AbsenceMemory absences) {
        this.machine = machine;
        this.absences = absences;
    }

    /** All directories, links and files recorded so far, by real path. */
    NavigableMap<Path, FileStat> entries() {
        return entries;
    }

    /** Calls {@code each} with every name that was looked for in vain, and the directory that lacks it. */
    void absent(BiConsumer<Path, String> each) {
        stats.forEach((path, stat) -> {
            if (stat.isEmpty()) {
                each.accept(Objects.requireNonNull(path.getParent()), String.valueOf(path.getFileName()));
            }
        });
    }

    /** Calls {@code each} with every symbolic link that was met, recorded or not, and its text. */
    void links(BiConsumer<Path, String> each) {
        stats.forEach((path, stat) -> stat.map(FileStat::target).ifPresent(target -> each.accept(path, target)));
    }

    /** Walks to an absolute path and records all on the way and what is at its end; empty if the walk ends early. */
    Optional<Place> add(Path spelled) throws IOException {
        Place place = find(spelled, true);
        if (place != null && !isRoot(place.path())) {
            entries.putIfAbsent(place.path(), place.stat());
        }
        return Optional.ofNullable(place);
    }

    /** As {@link #add}, but a file at the end is not recorded, only how to get there. */
    Optional<Place> addWay(Path spelled) throws IOException {
        return Optional.ofNullable(find(spelled, true));
    }

    /** Looks without recording anything. */
    Optional<Place> look(Path spelled) throws IOException {
        return Optional.ofNullable(find(spelled, false));
    }

    private @Nullable Place find(Path spelled, boolean record) throws IOException {
        Path parent = spelled.getParent();
        if (parent == null) {
            return root(spelled);
        }
        Map<Path, Optional<Place>> walked = record ? recorded : seen;
        Optional<Place> known = walked.get(parent);
        if (known == null) {
            known = Optional.ofNullable(walk(parent, record));
            walked.put(parent, known);
        }
        if (known.isEmpty()) {
            return null;
        }
        return step(known.get(), Objects.requireNonNull(spelled.getFileName()), record);
    }

    /** One more component, with no link in the parent's path; a link at the end is followed by a whole walk. */
    private @Nullable Place step(Place directory, Path name, boolean record) throws IOException {
        if (directory.stat().kind() != Kind.DIRECTORY) {
            return null;
        }
        String text = name.toString();
        if (text.equals(".") || text.isEmpty()) {
            return directory;
        }
        if (text.equals("..")) {
            return walk(directory.path().resolve(name), record);
        }
        Path path = directory.path().resolve(name);
        FileStat stat = stat(directory, path, text);
        return stat != null && stat.kind() == Kind.LINK ? walk(path, record) : place(path, stat);
    }

    private @Nullable Place walk(Path spelled, boolean record) throws IOException {
        Path root = Objects.requireNonNull(spelled.getRoot());
        Deque<Path> rest = new ArrayDeque<>();
        spelled.forEach(rest::addLast);
        Place at = root(root);
        int links = 0;
        while (at != null && !rest.isEmpty()) {
            Path name = rest.removeFirst();
            String text = name.toString();
            if (at.stat().kind() != Kind.DIRECTORY) {
                return null;
            }
            if (text.equals(".") || text.isEmpty()) {
                continue;
            }
            if (text.equals("..")) {
                Path parent = at.path().getParent();
                at = parent == null
                        ? at
                        : isRoot(parent)
                                ? root(parent)
                                : place(parent,
                                        Objects.requireNonNull(stats.get(parent)).orElse(null));
                continue;
            }
            Path path = at.path().resolve(name);
            FileStat stat = stat(at, path, text);
            if (stat == null) {
                return null;
            }
            if (record && stat.kind() != Kind.REGULAR && stat.kind() != Kind.OTHER) {
                entries.putIfAbsent(path, stat);
            }
            if (stat.kind() == Kind.LINK) {
                if (++links > MAX_LINKS) {
                    return null;
                }
                Path target = Path.of(Objects.requireNonNull(stat.target()));
                for (int i = target.getNameCount() - 1; i >= 0; i--) {
                    rest.addFirst(target.getName(i));
                }
                at = target.isAbsolute() ? root(root) : at;
            } else {
                at = place(path, stat);
            }
        }
        return at;
    }

    private @Nullable FileStat stat(Place directory, Path path, String name) throws IOException {
        if (path.equals(PROCESSES)) {
            return null;
        }
        Optional<FileStat> stat = stats.get(path);
        if (stat == null) {
            boolean lacks = absences.lacks(directory.path(), directory.stat(), name);
            stat = lacks ? Optional.empty() : machine.lstat(path);
            stats.put(path, stat);
            if (stat.isEmpty() && !lacks) {
                absences.note(directory.path(), directory.stat(), name);
            }
        }
        return stat.orElse(null);
    }

    private static @Nullable Place place(Path path, @Nullable FileStat stat) {
        return stat == null ? null : new Place(path, stat);
    }

    private static Place root(Path root) {
        return new Place(root, new FileStat(Kind.DIRECTORY, 0755, 0, 0, 0, 0, 0, null));
    }

    private static boolean isRoot(Path path) {
        return path.getNameCount() == 0;
    }
}

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
import java.util.Set;
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

    /** What is known of one directory: names that were looked for, and some that it is known to lack. */
    private record Names(Map<String, Optional<FileStat>> looked, Set<String> lacking) {}

    /** What lies here is another thing to each process: {@code /dev/stdin} leads here too. A walk finds nothing. */
    private static final Path PROCESSES = Path.of("/proc");
    /** The kernel gives up at this many links in one walk. */
    private static final int MAX_LINKS = 40;

    private final Machine machine;
    private final AbsenceMemory absences;
    private final NavigableMap<Path, FileStat> entries = new TreeMap<>();
    private final Map<Path, Names> stats = new HashMap<>(); // by directory
    private final Map<Path, Map<String, Optional<Place>>> bases = new HashMap<>();
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
        stats.forEach((directory, names) -> names.looked().forEach((name, stat) -> {
            if (stat.isEmpty()) {
                each.accept(directory, name);
            }
        }));
    }

    /** Calls {@code each} with every symbolic link that was met, recorded or not, and its text. */
    void links(BiConsumer<Path, String> each) {
        stats.forEach((directory, names) -> names.looked().forEach((name, stat) -> stat.map(FileStat::target)
                .ifPresent(target -> each.accept(directory.resolve(name), target))));
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

    /** As {@link #look(Path)} of {@code name} from a directory, without making a path of what is not there. */
    Optional<Place> look(Path directory, String name) throws IOException {
        int slash = name.lastIndexOf('/');
        if (slash == 0) {
            return look(Path.of(name));
        }
        Optional<Place> base = from(directory, slash < 0 ? "" : name.substring(0, slash));
        String last = name.substring(slash + 1);
        if (base.isEmpty() || last.isEmpty()) {
            return base;
        }
        return Optional.ofNullable(step(base.get(), last, false));
    }

    private Optional<Place> from(Path directory, String below) throws IOException {
        Map<String, Optional<Place>> known = bases.computeIfAbsent(directory, _ -> new HashMap<>());
        Optional<Place> place = known.get(below);
        if (place == null) {
            place = Optional.ofNullable(walk(directory.resolve(below), false));
            known.put(below, place);
        }
        return place;
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
        return step(known.get(), Objects.requireNonNull(spelled.getFileName()).toString(), record);
    }

    /** One more component, with no link in the parent's path; a link at the end is followed by a whole walk. */
    private @Nullable Place step(Place directory, String text, boolean record) throws IOException {
        if (directory.stat().kind() != Kind.DIRECTORY) {
            return null;
        }
        if (text.equals(".") || text.isEmpty()) {
            return directory;
        }
        if (text.equals("..")) {
            return walk(directory.path().resolve(text), record);
        }
        FileStat stat = stat(directory, text);
        if (stat == null) {
            return null;
        }
        Path path = directory.path().resolve(text);
        return stat.kind() == Kind.LINK ? walk(path, record) : new Place(path, stat);
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
                                : place(parent, known(parent));
                continue;
            }
            FileStat stat = stat(at, text);
            if (stat == null) {
                return null;
            }
            Path path = at.path().resolve(name);
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

    private @Nullable FileStat stat(Place directory, String name) throws IOException {
        Names names = stats.computeIfAbsent(directory.path(),
                path -> new Names(new HashMap<>(), absences.of(path, directory.stat())));
        Optional<FileStat> stat = names.looked().get(name);
        if (stat == null) {
            boolean lacks = names.lacking().contains(name);
            stat = lacks ? Optional.empty() : lstat(directory.path().resolve(name));
            names.looked().put(name, stat);
            if (stat.isEmpty() && !lacks) {
                absences.note(directory.path(), directory.stat(), name);
            }
        }
        return stat.orElse(null);
    }

    private Optional<FileStat> lstat(Path path) throws IOException {
        return path.equals(PROCESSES) ? Optional.empty() : machine.lstat(path);
    }

    /** What was seen at a place that a walk has passed. */
    private @Nullable FileStat known(Path path) {
        return Objects.requireNonNull(Objects.requireNonNull(stats.get(path.getParent())).looked()
                .get(String.valueOf(path.getFileName()))).orElse(null);
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

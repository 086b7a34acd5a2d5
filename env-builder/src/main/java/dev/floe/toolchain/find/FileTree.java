package dev.floe.toolchain.find;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.floe.store.FileDigests;
import dev.floe.store.FileStamp;
import dev.floe.toolchain.ToolchainEntry;

/**
 * A toolchain's tree as it grows: whatever is added brings every link and directory on its way, as they stand on this
 * machine. Also keeps what the result rests on: the stamps of files and links, and where nothing was.
 */
final class FileTree {
    private static final Path ROOT = Path.of("/");
    private static final int MAX_HOPS = 40;
    private static final int EXECUTE_BITS = 0111;

    private final FileDigests digests;
    private final TreeMap<String, ToolchainEntry> entries = new TreeMap<>();
    private final Map<Path, FileStamp> stamps = new HashMap<>();
    private final Set<Path> absent = new HashSet<>();

    FileTree(FileDigests digests) {
        this.digests = digests;
    }

    List<ToolchainEntry> entries() {
        return List.copyOf(entries.values());
    }

    Map<Path, FileStamp> stamps() {
        return stamps;
    }

    Set<Path> absent() {
        return absent;
    }

    /** Whether there is a file (not a directory); if not, that is remembered. */
    boolean isFile(Path path) {
        if (Files.isRegularFile(path)) {
            return true;
        }
        if (Files.notExists(path)) {
            absent.add(path);
        }
        return false;
    }

    /** Makes the result depend on what a file holds, or which names a directory has, without taking it in. */
    void watch(Path path) throws IOException {
        stamps.put(path, FileStamp.of(path));
    }

    /**
     * Adds a file, or a directory without what it holds.
     *
     * @param path absolute; {@code ..} in it counts as the kernel counts it
     * @return the real path
     */
    Path add(Path path) throws IOException {
        Deque<Path> ahead = new ArrayDeque<>();
        path.forEach(ahead::add);
        Path at = ROOT;
        int hops = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.pop().toString();
            if (name.equals("..")) {
                at = at.getParent() == null ? ROOT : at.getParent();
            } else if (!name.equals(".") && !name.isEmpty()) {
                Path next = at.resolve(name);
                if (entries.get(name(next)) instanceof ToolchainEntry.Dir) {
                    at = next;
                    continue;
                }
                FileStamp stamp = FileStamp.ofLink(next);
                if (stamp.isSymbolicLink()) {
                    if (++hops > MAX_HOPS) {
                        throw new IOException(path + " leads through too many symbolic links");
                    }
                    Path target = addLink(next, stamp);
                    at = target.isAbsolute() ? ROOT : at;
                    pushAll(target, ahead);
                } else {
                    addPlain(next, stamp);
                    at = next;
                }
            }
        }
        return at;
    }

    /** Adds a directory with all that it holds. */
    void addTree(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        Path real = add(directory);
        watch(real);
        try (DirectoryStream<Path> names = Files.newDirectoryStream(real)) {
            names.forEach(children::add);
        }
        for (Path child : children) {
            if (Files.isDirectory(child) && !Files.isSymbolicLink(child)) {
                addTree(child);
            } else {
                add(child);
            }
        }
    }

    /**
     * Adds a link that is not on this machine; nothing if it would lead where the same name leads already.
     *
     * @throws IOException if something else has that name
     */
    void invent(Path directory, String link, Path target) throws IOException {
        Path place = add(directory).resolve(link);
        ToolchainEntry old = entries.get(name(place));
        ToolchainEntry made = new ToolchainEntry.Link(name(place), target.toString());
        if (old == null) {
            entries.put(made.path(), made);
        } else if (!old.equals(made) && !place.toRealPath().equals(target.toRealPath())) {
            throw new IOException("two libraries of one name: " + place + " and " + target);
        }
    }

    private Path addLink(Path link, FileStamp stamp) throws IOException {
        Path target = Files.readSymbolicLink(link);
        entries.put(name(link), new ToolchainEntry.Link(name(link), target.toString()));
        stamps.put(link, stamp);
        return target;
    }

    private void addPlain(Path path, FileStamp stamp) throws IOException {
        if (stamp.isDirectory()) {
            entries.put(name(path), new ToolchainEntry.Dir(name(path)));
        } else if (stamp.isRegularFile()) {
            int mode = (stamp.mode() & EXECUTE_BITS) != 0 ? ToolchainEntry.File.PROGRAM : ToolchainEntry.File.DATA;
            if (!stamp.equals(stamps.get(path))) {
                entries.put(name(path), new ToolchainEntry.File(name(path), mode,
                        digests.digest(path, stamp, FileDigests::readHere)));
                stamps.put(path, stamp);
            }
        } else {
            throw new IOException(path + " is neither a file nor a directory nor a link");
        }
    }

    private static String name(Path path) {
        return ROOT.relativize(path).toString();
    }

    private static void pushAll(Path path, Deque<Path> ahead) {
        List<Path> names = new ArrayList<>();
        path.forEach(names::add);
        names.reversed().forEach(ahead::push);
    }
}

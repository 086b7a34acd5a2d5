package dev.floe.toolchain.locate;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.store.FileStamp;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.files.FileAccess;

/**
 * A toolchain's tree as it grows: whatever is added brings every link and directory on its way, as they stand on this
 * machine. Also keeps what the result rests on: the stamps of files and links, and where nothing was.
 */
final class ToolchainTreeBuilder {
    private static final Path ROOT = Path.of("/");
    private static final int EXECUTE_BITS = 0111;

    private final FileAccess files;
    private final FileDigestCache digests;
    private final TreeMap<String, ToolchainEntry> entries = new TreeMap<>();
    private final Map<Path, FileStamp> stamps = new HashMap<>();
    private final Set<Path> absent = new HashSet<>();

    ToolchainTreeBuilder(FileAccess files, FileDigestCache digests) {
        this.files = files;
        this.digests = digests;
    }

    /** The files that make it up. */
    FileAccess files() {
        return files;
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
        try {
            Optional<FileStamp> stamp = files.stat(path);
            if (stamp.isEmpty()) {
                absent.add(path);
            }
            return stamp.filter(FileStamp::isRegularFile).isPresent();
        } catch (IOException _) {
            return false; // it cannot be looked at, so no compiler of this user finds it
        }
    }

    /** Makes the result depend on what a file holds, or which names a directory has, without taking it in. */
    void watch(Path path) throws IOException {
        List<Path> links = new ArrayList<>();
        Path real = files.walk(path, links::add).orElseThrow(() -> new NoSuchFileException(path.toString()));
        for (Path link : links) {
            stamps.put(link, stamp(link));
        }
        stamps.put(real, stamp(real));
    }

    private FileStamp stamp(Path path) throws IOException {
        return files.lstat(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
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
                if (entries.get(name(next)) instanceof ToolchainEntry.DirectoryEntry) {
                    at = next;
                    continue;
                }
                FileStamp stamp = stamp(next);
                if (stamp.isSymbolicLink()) {
                    if (++hops > FileAccess.MAX_LINKS) {
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
        Path real = add(directory);
        watch(real);
        for (String name : files.list(real)) {
            Path child = real.resolve(name);
            if (stamp(child).isDirectory()) {
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
        ToolchainEntry made = new ToolchainEntry.LinkEntry(name(place), target.toString());
        if (old == null) {
            entries.put(made.path(), made);
        } else if (!old.equals(made) && !files.real(place).equals(files.real(target))) {
            throw new IOException("two libraries of one name: " + place + " and " + target);
        }
    }

    private Path addLink(Path link, FileStamp stamp) throws IOException {
        Path target = files.readLink(link);
        entries.put(name(link), new ToolchainEntry.LinkEntry(name(link), target.toString()));
        stamps.put(link, stamp);
        return target;
    }

    private void addPlain(Path path, FileStamp stamp) throws IOException {
        if (stamp.isDirectory()) {
            entries.put(name(path), new ToolchainEntry.DirectoryEntry(name(path)));
        } else if (stamp.isRegularFile()) {
            int mode = (stamp.mode() & EXECUTE_BITS) != 0
                    ? ToolchainEntry.FileEntry.PROGRAM
                    : ToolchainEntry.FileEntry.DATA;
            if (!stamp.equals(stamps.get(path))) {
                entries.put(name(path), new ToolchainEntry.FileEntry(name(path), mode,
                        digests.digest(path, stamp, this::read)));
                stamps.put(path, stamp);
            }
        } else {
            throw new IOException(path + " is neither a file nor a directory nor a link");
        }
    }

    private FileDigestCache.StampedDigest read(Path file) throws IOException {
        FileStamp before = stamp(file);
        Digest digest = Digest.ofFile(files.contents(file));
        return new FileDigestCache.StampedDigest(before, digest, stamp(file));
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

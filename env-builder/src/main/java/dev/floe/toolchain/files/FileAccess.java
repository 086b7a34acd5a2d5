package dev.floe.toolchain.files;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import dev.floe.store.FileStamp;

/**
 * Files as one process sees them: this one, or a process in a container or chroot that is asked for each of them. All
 * paths are absolute. The methods with a body walk a path as the kernel does, link by link, because another root
 * directory has other files behind a link.
 */
public interface FileAccess {
    /** The most links in one path, as the kernel counts them. */
    int MAX_LINKS = 40;

    /** The files of this process. */
    FileAccess LOCAL = new LocalFiles();

    /** The stamp of a path, not following a link at its end; empty if nothing is there. */
    Optional<FileStamp> lstat(Path path) throws IOException;

    /** The same for many paths, in order. */
    default List<Optional<FileStamp>> lstat(List<Path> paths) throws IOException {
        List<Optional<FileStamp>> stamps = new ArrayList<>(paths.size());
        for (Path path : paths) {
            stamps.add(lstat(path));
        }
        return stamps;
    }

    /** Where a link leads, as it is written there. */
    Path readLink(Path link) throws IOException;

    /** The names in a directory, sorted; none if it is missing or cannot be read. */
    List<String> list(Path directory) throws IOException;

    /** A file of this process with the bytes of the regular file {@code real}, which has no links in its path. */
    Path contents(Path real) throws IOException;

    /** Whether the caller may execute the regular file to which {@code path} leads. */
    boolean isExecutable(Path path) throws IOException;

    /**
     * The real path of what {@code path} leads to.
     *
     * @throws NoSuchFileException if nothing is there
     */
    default Path real(Path path) throws IOException {
        return walk(path, _ -> {}).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    /**
     * Walks to what {@code path} leads to; {@code ..} counts as the kernel counts it.
     *
     * @param links is given each link on the way
     * @return the real path; empty if nothing is there
     */
    default Optional<Path> walk(Path path, Consumer<Path> links) throws IOException {
        Path root = path.getRoot();
        Deque<Path> ahead = new ArrayDeque<>();
        path.forEach(ahead::add);
        Path at = root;
        int hops = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.pop().toString();
            if (name.equals("..")) {
                at = at.getParent() == null ? root : at.getParent();
            } else if (!name.equals(".") && !name.isEmpty()) {
                Path next = at.resolve(name);
                Optional<FileStamp> stamp = lstat(next);
                if (stamp.isEmpty() || !ahead.isEmpty() && stamp.get().isRegularFile()) {
                    return Optional.empty();
                }
                if (stamp.get().isSymbolicLink()) {
                    if (++hops > MAX_LINKS) {
                        throw new IOException(path + " leads through too many symbolic links");
                    }
                    links.accept(next);
                    Path target = readLink(next);
                    at = target.isAbsolute() ? root : at;
                    pushAll(target, ahead);
                } else {
                    at = next;
                }
            }
        }
        return Optional.of(at);
    }

    private static void pushAll(Path path, Deque<Path> ahead) {
        List<Path> names = new ArrayList<>();
        path.forEach(names::add);
        names.reversed().forEach(ahead::push);
    }

    /** The stamp of what a path leads to; empty if nothing is there. */
    default Optional<FileStamp> stat(Path path) throws IOException {
        Optional<Path> real = walk(path, _ -> {});
        return real.isPresent() ? lstat(real.get()) : Optional.empty();
    }

    default boolean isRegularFile(Path path) throws IOException {
        return stat(path).filter(FileStamp::isRegularFile).isPresent();
    }

    default boolean isDirectory(Path path) throws IOException {
        return stat(path).filter(FileStamp::isDirectory).isPresent();
    }

    default boolean isLink(Path path) throws IOException {
        return lstat(path).filter(FileStamp::isSymbolicLink).isPresent();
    }

    /** Whether both lead to one file. */
    default boolean isSameFile(Path one, Path other) throws IOException {
        Optional<FileStamp> first = stat(one);
        Optional<FileStamp> second = stat(other);
        return first.isPresent() && second.isPresent() && first.get().dev() == second.get().dev()
                && first.get().ino() == second.get().ino();
    }
}

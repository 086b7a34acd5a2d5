package dev.floe.node.submitter.wrapper.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.ProcessOutput;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.store.FileStamp;
import dev.floe.store.changes.FileChangeMonitor;
import dev.floe.store.changes.LookSnapshotBuilder;
import dev.floe.store.changes.PathLook;

/** The files of a user under whose identity the node itself runs; how programs are run is given from outside. */
public final class DirectHostAccess implements HostAccess {
    private static final long NULL_DEVICE = 1 << 8 | 3; // major and minor number
    private final ProcessLauncher runner;
    private final FileDigestCache digests;
    private final @Nullable FileChangeMonitor changes; // null if every look is a new one
    private final long position; // of the monitor when this began

    /** Runs a program to its end with empty input; its environment is exactly the one given. */
    @FunctionalInterface
    public interface ProcessLauncher {
        ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
                throws IOException;
    }

    /** Files that are looked at each time. */
    public DirectHostAccess(ProcessLauncher runner, FileDigestCache digests) {
        this.runner = runner;
        this.digests = digests;
        this.changes = null;
        this.position = 0;
    }

    private DirectHostAccess(ProcessLauncher runner, FileDigestCache digests, FileChangeMonitor changes) {
        this.runner = runner;
        this.digests = digests;
        this.changes = changes;
        changes.drain();
        this.position = changes.position();
    }

    /** The same files, of which those are not looked at again that are known not to have changed before this call. */
    public DirectHostAccess watched(FileChangeMonitor monitor) {
        return new DirectHostAccess(runner, digests, monitor);
    }

    @Override
    public Optional<LookSnapshotBuilder> newSnapshot() {
        return changes == null ? Optional.empty() : changes.newSnapshot();
    }

    @Override
    public void refresh() {
        if (changes != null) {
            changes.drain();
        }
    }

    @Override
    public boolean isUnchanged() {
        refresh();
        return changes == null || changes.position() == position;
    }

    @Override
    public Optional<FileStat> lstat(Path path) throws IOException {
        Optional<PathLook> look = changes == null ? Optional.empty() : changes.look(path);
        return look.isPresent() ? stat(look.get()) : lstatNow(path);
    }

    @SuppressWarnings("unchecked")
    private static Optional<FileStat> stat(PathLook look) {
        FileStamp stamp = look.stamp();
        if (stamp == null) {
            return Optional.empty();
        }
        if (look.view() instanceof Optional<?> known) {
            return (Optional<FileStat>) known;
        }
        Optional<FileStat> made = Optional.of(stat(stamp, kind(stamp), look.target()));
        look.view(made);
        return made;
    }

    private static FileStat.FileKind kind(FileStamp stamp) {
        if (stamp.isSymbolicLink()) {
            return FileStat.FileKind.LINK;
        }
        if (stamp.isRegularFile()) {
            return FileStat.FileKind.REGULAR;
        }
        return stamp.isDirectory() ? FileStat.FileKind.DIRECTORY : FileStat.FileKind.OTHER;
    }

    @Override
    public Optional<FileStat> lstatNow(Path path) throws IOException {
        Optional<FileStamp> found = FileStamp.ifPresent(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        FileStamp stamp = found.get();
        if (stamp.isSymbolicLink()) {
            try {
                return Optional.of(stat(stamp, FileStat.FileKind.LINK, Files.readSymbolicLink(path).toString()));
            } catch (NotLinkException e) {
                throw new IOException(path + " changes while it is looked at", e);
            }
        }
        return Optional.of(stat(stamp, kind(stamp), null));
    }

    private static FileStat stat(FileStamp stamp, FileStat.FileKind kind,
            @Nullable String target) {
        return new FileStat(kind, stamp.mode(), stamp.size(), stamp.mtimeNanos(), stamp.ctimeNanos(), stamp.dev(),
                stamp.ino(), target);
    }

    @Override
    public byte[] read(Path path, long maxBytes) throws IOException {
        BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
        if (!file.isRegularFile() && !isNullDevice(path)) {
            throw new IOException(path + " is not a regular file"); // to open a pipe would wait for a writer
        }
        if (file.size() > Math.min(maxBytes, Integer.MAX_VALUE - Long.BYTES)) {
            throw new IOException(path + " is longer than " + maxBytes + " bytes");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = new byte[(int) file.size()]; // read into one array, because files can be large
            int count = in.readNBytes(bytes, 0, bytes.length);
            byte[] more = count < bytes.length
                    ? new byte[0]
                    : in.readNBytes((int) Math.min(maxBytes - count + 1, 1 << 20));
            if (more.length == 0) {
                return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
            }
            if (more.length > maxBytes - count || more.length == 1 << 20) {
                throw new IOException(path + " changes while it is read, or is longer than " + maxBytes + " bytes");
            }
            byte[] all = Arrays.copyOf(bytes, count + more.length);
            System.arraycopy(more, 0, all, count, more.length);
            return all;
        }
    }

    /** The one device that commands name where they want an empty file. */
    private static boolean isNullDevice(Path path) throws IOException {
        return Files.getAttribute(path, "unix:rdev").equals(NULL_DEVICE);
    }

    @Override
    public Optional<List<String>> list(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            List<String> names = new ArrayList<>();
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
            return Optional.of(names);
        } catch (NoSuchFileException | AccessDeniedException | NotDirectoryException _) {
            return Optional.empty();
        } catch (DirectoryIteratorException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    @Override
    public Digest digest(Path path, FileStat stat) throws IOException {
        return digests.digest(path, stat.stamp(), FileDigestCache::readHere);
    }

    @Override
    public ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
            throws IOException {
        return runner.run(program, argv, cwd, environment);
    }
}

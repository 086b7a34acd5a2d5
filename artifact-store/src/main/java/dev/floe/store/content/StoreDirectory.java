package dev.floe.store.content;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.IoErrorMessages;
import dev.floe.store.files.AtomicFiles;
import dev.floe.store.files.FanOutDirectories;

/**
 * The directory of a {@link ContentStore}: 256 directories {@code 00} to {@code ff} with an entry's file named by its
 * digest, {@code tmp} for files that are being written, and {@code lock}, held while the store is open.
 */
final class StoreDirectory implements AutoCloseable {
    /** A file found at the opening, with the time of its last known use. */
    record StoredFile(Digest digest, Instant used) {}

    private static final System.Logger LOG = System.getLogger(StoreDirectory.class.getName());

    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private final Path directory;
    private final Path temporaries;
    private final FanOutDirectories fanOut;
    private List<Path> present = List.of(); // set by open
    private @Nullable FileChannel lock; // set by open
    private final AtomicLong nextTemporary = new AtomicLong();

    StoreDirectory(Path directory) {
        this.directory = directory;
        temporaries = directory.resolve("tmp");
        fanOut = new FanOutDirectories(directory, DIRECTORY);
    }

    /** @throws IOException if the directory cannot be made or written, or another process has it open */
    void open() throws IOException {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, DIRECTORY);
            lock = lock(directory.resolve("lock"));
        } catch (IOException e) {
            throw IoErrorMessages.explain("open the store", directory, e);
        }
        try {
            Files.createDirectories(temporaries);
            present = fanOut.open();
        } catch (IOException e) {
            close();
            throw IoErrorMessages.explain("open the store", directory, e);
        }
    }

    Path directory() {
        return directory;
    }

    /** Where the entry's file stands if it is there. */
    Path path(Digest digest) {
        return fanOut.get((int) (digest.a() >>> 56)).resolve(digest.toString());
    }

    /** The same, in a directory that exists. */
    Path target(Digest digest) throws IOException {
        return fanOut.getForWriting((int) (digest.a() >>> 56)).resolve(digest.toString());
    }

    /** A name that no other file in {@code tmp} has. */
    Path temporary() {
        return temporaries.resolve(Long.toString(nextTemporary.incrementAndGet()));
    }

    /** All entries of the right name and size, in no order; deletes everything else in the store's own directories. */
    List<StoredFile> scan() throws IOException {
        removeStrays(temporaries);
        List<StoredFile> found = new ArrayList<>();
        for (Path fan : present) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(fan)) {
                for (Path file : files) {
                    entry(file).ifPresentOrElse(found::add, () -> removeStray(file));
                }
            } catch (DirectoryIteratorException e) {
                throw IoErrorMessages.explain("read", fan, Objects.requireNonNull(e.getCause()));
            }
        }
        return found;
    }

    /** Takes the file away at once and deletes it later with {@link #delete}; empty if it was gone. */
    Optional<Path> takeAway(Digest digest) throws IOException {
        Path away = temporary();
        try {
            AtomicFiles.move(path(digest), away);
            return Optional.of(away);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot delete " + temporary + "; the next start will try again: "
                    + FailureText.of(e));
        }
    }

    /** Keeps the time of the last use as the file's access time, where it outlives this process. */
    void touch(Digest digest, Instant used) {
        try {
            Files.getFileAttributeView(path(digest), BasicFileAttributeView.class)
                    .setTimes(null, FileTime.from(used), null);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot set the access time of " + FailureText.of(e));
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel held = lock;
        if (held != null) {
            held.close();
        }
    }

    private Optional<StoredFile> entry(Path file) throws IOException {
        Digest digest;
        try {
            digest = Digest.parse(String.valueOf(file.getFileName()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        return attributes.isRegularFile() && attributes.size() == digest.size() && path(digest).equals(file)
                ? Optional.of(new StoredFile(digest, attributes.lastAccessTime().toInstant()))
                : Optional.empty();
    }

    private void removeStrays(Path from) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
            files.forEach(this::removeStray);
        } catch (DirectoryIteratorException e) {
            throw IoErrorMessages.explain("read", from, Objects.requireNonNull(e.getCause()));
        }
    }

    private void removeStray(Path file) {
        LOG.log(System.Logger.Level.DEBUG, "stray file in the store: {0}", file);
        delete(file);
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // this very process has it open
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException("another node uses it; give this one a data directory of its own");
    }
}

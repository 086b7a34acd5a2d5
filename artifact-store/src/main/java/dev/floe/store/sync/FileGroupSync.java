package dev.floe.store.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.floe.store.FailureText;
import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.descriptors.SystemCall;

/**
 * Writes groups of files to the disk with their names, so that they outlive a power cut. Blocks the thread of the
 * system, so it is not for virtual threads. Used by one thread at a time.
 *
 * <p>To sync each file by itself makes a file system with a journal commit once a file. So on those that commit all
 * changes of names and sizes in their order (ext4, xfs) the bytes of all files are written first (sync_file_range(2)),
 * and then a marker file is changed and synced: the commit that has the marker's change has all earlier ones, and it
 * flushes the cache of the disk. Elsewhere each file and each of their directories is synced. Nothing else in the file
 * system is written, as syncfs(2) would, because a build's own outputs need not be on the disk.
 */
public final class FileGroupSync {
    /** SYNC_FILE_RANGE_WRITE: begins to write. */
    private static final int BEGIN = 2;
    /** And SYNC_FILE_RANGE_WAIT_BEFORE, SYNC_FILE_RANGE_WAIT_AFTER: waits for the disk to have the bytes. */
    private static final int COMPLETE = 7;

    private final Path marker;
    private final CommitOrder order;
    private long groups;

    /**
     * @param marker a file in the file system of all files; its directory exists when the first group is written
     */
    public FileGroupSync(Path marker) {
        this(marker, CommitOrder.OF_FILE_SYSTEM);
    }

    FileGroupSync(Path marker, CommitOrder order) {
        this.marker = marker;
        this.order = order;
    }

    /**
     * Writes files; one that is gone is left out.
     *
     * @throws IOException if the disk does not take some of them; the others are on the disk then, unless the message
     *             says that nothing is known of them
     */
    public void write(Collection<Path> files) throws IOException {
        Set<Path> group = new LinkedHashSet<>(files);
        if (group.isEmpty()) {
            return;
        }
        Map<Path, IOException> refused = new LinkedHashMap<>();
        if (order.isKept(directory(marker))) {
            each(group, file -> writeBytes(file, BEGIN), refused);
            each(group, file -> writeBytes(file, COMPLETE), refused);
            commit();
        } else {
            each(group, FileGroupSync::force, refused);
            Set<Path> directories = new LinkedHashSet<>();
            group.forEach(file -> directories.add(directory(file)));
            each(directories, FileGroupSync::force, refused);
        }
        if (!refused.isEmpty()) {
            IOException first = refused.values().iterator().next();
            throw new IOException((refused.size() == 1 ? "" : refused.size() + " files cannot be written; the first: ")
                    + FailureText.of(first), first);
        }
    }

    /** Writes one file. */
    @FunctionalInterface
    private interface FileWriter {
        void write(Path file) throws IOException;
    }

    /** Goes on after a file that the disk does not take. */
    private static void each(Collection<Path> files, FileWriter writer, Map<Path, IOException> refused) {
        for (Path file : files) {
            try {
                writer.write(file);
            } catch (IOException e) {
                refused.putIfAbsent(file, e);
            }
        }
    }

    /**
     * Writes all of a file system to the disk, for what is done seldom and is large.
     *
     * @param file in that file system
     */
    public static void writeFileSystemOf(Path file) throws IOException {
        OpenDescriptor open = OpenDescriptor.forReading(file)
                .orElseThrow(() -> new NoSuchFileException(file.toString()));
        try (open) {
            failIf(SystemCall.SYNCFS.call(open.number()), file);
        }
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private static void writeBytes(Path file, int how) throws IOException {
        Optional<OpenDescriptor> open = OpenDescriptor.forReading(file);
        if (open.isPresent()) {
            try (OpenDescriptor descriptor = open.get()) {
                failIf(SystemCall.SYNC_FILE_RANGE.call(descriptor.number(), 0, 0, how), file);
            }
        }
    }

    private static void failIf(long result, Path file) throws IOException {
        if (result < 0) {
            throw new IOException("the disk does not take " + file + " (error " + -result + ")");
        }
    }

    /** Also makes the marker if it is missing. */
    private void commit() throws IOException {
        try (FileChannel out = FileChannel.open(marker, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.allocate(Long.BYTES).putLong(++groups).flip());
            out.force(true);
        } catch (IOException e) {
            throw new IOException("nothing is known of the whole group: " + FailureText.of(e), e);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            open.force(true);
        } catch (NoSuchFileException _) {
            // removed meanwhile
        }
    }
}

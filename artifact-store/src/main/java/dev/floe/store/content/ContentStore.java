package dev.floe.store.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import dev.floe.store.Digest;

/**
 * A node's files by digest, on disk, bounded, least recently used goes first. Thread-safe.
 *
 * <p>Each entry is one file of mode 0444. It appears by a rename, whole or not at all. The store syncs nothing to disk:
 * on its first use after {@link #open} an entry is hashed, so a file that a power cut left with holes is found and
 * dropped. From then on it is trusted as long as size, modification time and inode are what they were; not the change
 * time, since every hard link to it sets that.
 *
 * <p>Removal never takes bytes from anyone: who has linked an entry, or has it open, keeps them.
 *
 * <p>Order of use is kept in memory and, with a lag of a few minutes, as the files' access times, so that it outlives
 * the process.
 */
public final class ContentStore implements AutoCloseable {
    /**
     * What is in the store.
     *
     * @param bytes that the entries fill on the disk
     * @param uses  since the store was opened
     */
    public record Stats(int entries, long bytes, long maxBytes, UseCounts uses) {
        long hits() {
            return uses.hits();
        }

        long misses() {
            return uses.misses();
        }

        public long evicted() {
            return uses.evicted();
        }

        public long damaged() {
            return uses.damaged();
        }
    }

    /** How often entries were found or not, and how many were removed to make room or dropped as damaged. */
    public record UseCounts(long hits, long misses, long evicted, long damaged) {}

    private static final int BUFFER_BYTES = 1 << 16;

    private final StoreDirectory files;
    private final StoreIndex index;
    private final VerifiedEntries entries;
    private final EntryPublisher publisher;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /**
     * A store that is empty until it is started.
     *
     * @param maxBytes most bytes on the disk, each file counted in blocks of {@value StoreIndex#BLOCK_BYTES}
     */
    public ContentStore(Path directory, long maxBytes) {
        this(directory, maxBytes, Clock.systemUTC());
    }

    private ContentStore(Path directory, long maxBytes, InstantSource clock) {
        this.files = new StoreDirectory(directory.toAbsolutePath());
        this.index = new StoreIndex(maxBytes);
        this.entries = new VerifiedEntries(files, index, clock);
        this.publisher = new EntryPublisher(files, index, entries);
    }

    /** Makes a store and starts it. */
    public static ContentStore open(Path directory, long maxBytes) throws IOException {
        return open(directory, maxBytes, Clock.systemUTC());
    }

    static ContentStore open(Path directory, long maxBytes, InstantSource clock) throws IOException {
        ContentStore store = new ContentStore(directory, maxBytes, clock);
        store.start();
        return store;
    }

    /**
     * Opens the directory, which is made if it is missing, and drops what does not belong there.
     *
     * @throws IOException if the directory cannot be used, or another process uses it
     */
    public void start() throws IOException {
        files.open();
        try {
            files.scan().stream().sorted(Comparator.comparing(StoreDirectory.StoredFile::used))
                    .forEach(found -> index.add(found.digest(), new StoreEntry(found.used())));
            entries.makeRoom();
        } catch (IOException e) {
            files.close();
            throw e;
        }
    }

    /**
     * Changes the most bytes on the disk, and removes what no longer fits.
     *
     * @throws IOException if files cannot be removed
     */
    public void resize(long maxBytes) throws IOException {
        index.resize(maxBytes);
        entries.makeRoom();
    }

    /** Whether an entry is here; does not look at its file, and is no use of it. */
    public boolean contains(Digest digest) {
        return index.contains(digest);
    }

    /** Whether a sound entry is here; one that is damaged is dropped. */
    public boolean holds(Digest digest) {
        return index.use(digest).flatMap(entry -> entries.verify(digest, entry)).isPresent();
    }

    /**
     * The path of a verified entry; counts as a use. Empty if there is none, or if it turned out damaged. The file may
     * be evicted at any later time: link, copy or open it to keep it.
     */
    public Optional<Path> find(Digest digest) {
        Optional<Path> path = index.use(digest).flatMap(entry -> entries.verify(digest, entry));
        (path.isPresent() ? hits : misses).increment();
        return path;
    }

    /**
     * Makes {@code target} a hard link to an entry, or a read-only copy where the file system refuses one more link.
     *
     * @return false if there is no such entry
     * @throws FileAlreadyExistsException if {@code target} exists
     * @throws IOException if {@code target} cannot be made, for example because its directory does not exist
     */
    public boolean linkTo(Digest digest, Path target) throws IOException {
        Optional<Path> source = find(digest);
        if (source.isEmpty()) {
            return false;
        }
        try {
            Files.createLink(target, source.get());
            return true;
        } catch (NoSuchFileException e) {
            return EntryFiles.failUnlessEntryIsGone(target, e);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException _) {
            // another file system, or as many links as it allows
            return EntryFiles.copy(source.get(), target, "r--r--r--");
        }
    }

    /**
     * Whether a link that {@link #linkTo} made, to the file with this inode, is what it would make now. Does not look
     * at the file: what it is worth is what {@link #holds} has just said of the entry.
     */
    public boolean isLink(Digest digest, long inode) {
        return index.use(digest).filter(entry -> entry.isFile(inode)).isPresent();
    }

    /**
     * Makes {@code target} a copy of an entry, of mode 0644; replaces what is there.
     *
     * @return false if there is no such entry
     */
    public boolean copyTo(Digest digest, Path target) throws IOException {
        Optional<Path> source = find(digest);
        return source.isPresent() && EntryFiles.copy(source.get(), target, "rw-r--r--");
    }

    /** Opens a verified entry for reading; the bytes stay readable until it is closed. Empty if there is none. */
    public Optional<FileChannel> read(Digest digest) throws IOException {
        Optional<Path> path = find(digest);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(FileChannel.open(path.get(), StandardOpenOption.READ));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /**
     * Stores what {@code bytes} holds; reads nothing if the entry is here already. Does not close the stream.
     *
     * @throws dev.floe.store.DigestMismatchException if the bytes are others than {@code expected}; nothing is stored
     *         then
     * @throws IOException if they cannot be read or written, or are more than the store may hold
     */
    public void put(Digest expected, InputStream bytes) throws IOException {
        if (find(expected).isPresent()) {
            return;
        }
        try (ContentWriter writer = receive(expected)) {
            byte[] buffer = new byte[(int) Math.clamp(expected.size() + 1, 1, BUFFER_BYTES)];
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                writer.write(ByteBuffer.wrap(buffer, 0, n));
            }
            writer.commit();
        }
    }

    /** Stores some bytes. */
    public Digest put(byte[] bytes) throws IOException {
        Digest digest = Digest.ofBytes(bytes);
        put(digest, new ByteArrayInputStream(bytes));
        return digest;
    }

    /**
     * Stores a copy of a file.
     *
     * @throws dev.floe.store.DigestMismatchException if the file changes meanwhile
     */
    public Digest putFile(Path file) throws IOException {
        Digest digest = Digest.ofFile(file);
        try (InputStream in = Files.newInputStream(file)) {
            put(digest, in);
        }
        return digest;
    }

    /**
     * Begins an entry whose bytes come in pieces; makes room for it at once.
     *
     * @throws IOException if it is larger than the store may be, or a file cannot be made
     */
    public ContentWriter receive(Digest expected) throws IOException {
        return publisher.receive(expected);
    }

    /**
     * Enters a file that has these very bytes, as its owner has just found, and that nobody will write to any more: as
     * a hard link, which makes it read-only, or as a copy where there can be none.
     *
     * @throws IOException if it cannot be entered, or is more than the store may hold
     */
    public void share(Digest digest, Path file) throws IOException {
        if (find(digest).isEmpty()) {
            publisher.share(digest, file);
        }
    }

    /** Removes an entry if it is here. */
    public void remove(Digest digest) throws IOException {
        entries.remove(digest);
    }

    /** Where the file of an entry is, if it is here; no use of it, and no look at it. */
    public Path file(Digest digest) {
        return files.path(digest);
    }

    /** Where the store is. */
    Path directory() {
        return files.directory();
    }

    public Stats stats() {
        return new Stats(index.size(), index.bytes(), index.maxBytes(),
                new UseCounts(hits.sum(), misses.sum(), entries.evictedCount(), entries.damagedCount()));
    }

    /** Writes down the order of use, and lets other processes open the directory. */
    @Override
    public void close() throws IOException {
        index.entries().forEach((digest, entry) -> entry.unsavedUse().ifPresent(used -> files.touch(digest, used)));
        files.close();
    }
}

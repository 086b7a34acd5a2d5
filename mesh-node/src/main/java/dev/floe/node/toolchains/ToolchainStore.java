package dev.floe.node.toolchains;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.DiskFailure;
import dev.floe.node.executor.LocalToolchain;
import dev.floe.node.executor.ToolchainProvider;
import dev.floe.store.ChunkList;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.FileChunker;
import dev.floe.store.files.AtomicFiles;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.ArchiveLimits;
import dev.floe.toolchain.archive.ToolchainUnpacker;
import dev.floe.toolchain.archive.UnpackedToolchain;

/**
 * The toolchains that this node holds, kept across restarts: for each a directory named by its id, with the archive as
 * it is sent to peers and the tree unpacked from it. A tree is verified before its first use after a start.
 */
public final class ToolchainStore implements ToolchainProvider {
    private static final Logger LOG = LogManager.getLogger(ToolchainStore.class);
    private static final String ARCHIVE = "archive.tar.zst";
    private static final String DAMAGED = "what others hold of it cannot be unpacked; run floe toolchain verify there";
    private static final String TREE = "tree";
    /** The digest of the archive as it was when it came, and of its chunks, a line each. */
    private static final String CHUNKS = "archive.chunks";

    private final Path directory;
    private final long maxBytes;
    private final Fetcher fetcher;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentSkipListSet<ToolchainId> ids = new ConcurrentSkipListSet<>();
    private final Map<ToolchainId, CompletableFuture<LocalToolchain>> opened = new ConcurrentHashMap<>();
    private final Map<ToolchainId, ChunkList> chunks = new ConcurrentHashMap<>();
    private final ToolchainFailureBackoff troubles = new ToolchainFailureBackoff(System::nanoTime);
    private volatile Predicate<ToolchainId> kept = _ -> false; // set once, by who knows it

    /** Gets an archive from the mesh. */
    @FunctionalInterface
    public interface Fetcher {
        /** Writes the archive of a toolchain to {@code target}, each chunk verified. */
        void fetch(ToolchainId id, Path target) throws IOException;
    }

    /**
     * @param maxBytes of archives; beyond, the longest unused toolchain goes
     */
    public ToolchainStore(Path directory, long maxBytes, Fetcher fetcher) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.fetcher = fetcher;
    }

    /** Finds the toolchains in the directory, which is made if it is missing, and removes what is no toolchain. */
    public void start() throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                adopt(entry);
            }
        }
    }

    private void adopt(Path entry) throws IOException {
        String name = entry.getFileName().toString();
        if (name.matches("[0-9a-f]{64}") && Files.isDirectory(entry.resolve(TREE))
                && Files.isRegularFile(entry.resolve(ARCHIVE)) && Files.isRegularFile(entry.resolve(CHUNKS))) {
            ids.add(new ToolchainId(name));
        } else {
            TreeDeleter.delete(entry);
        }
    }

    /** Calls {@code listener} when {@link #ids()} has changed. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Those that {@code kept} holds for never go to make room, since they could not be had again. */
    public void pin(Predicate<ToolchainId> kept) {
        this.kept = kept;
    }

    /** All toolchains held, in order. */
    public List<ToolchainId> ids() {
        return List.copyOf(ids);
    }

    /** A toolchain in words. */
    public record Description(ToolchainId id, String family, String version, String host, String target,
            long archiveBytes) {}

    /** What each toolchain is; reads the manifests. */
    public List<Description> descriptions() throws IOException {
        List<Description> all = new ArrayList<>();
        for (ToolchainId id : ids) {
            Toolchain toolchain = unpacked(id).toolchain();
            all.add(new Description(id, toolchain.family().name().toLowerCase(Locale.ROOT), toolchain.version(),
                    toolchain.host().toString(),
                    toolchain.target(), archiveBytes(id)));
        }
        return all;
    }

    /** The tree of a toolchain; trusts it as it is. */
    UnpackedToolchain unpacked(ToolchainId id) throws IOException {
        return UnpackedToolchain.open(home(id).resolve(TREE), id);
    }

    /** Reads every file of a toolchain, and drops it if one is damaged; what is wrong, in sentences. */
    public List<String> verify(ToolchainId id) throws IOException {
        List<String> damage = damage(id);
        if (!damage.isEmpty()) {
            evict(id);
        }
        return damage;
    }

    private List<String> damage(ToolchainId id) {
        try {
            List<String> damage = UnpackedToolchain.open(home(id).resolve(TREE), id).damage();
            boolean sameArchive = FileChunker.of(archive(id)).equals(readChunks(id));
            return damage.isEmpty() && !sameArchive ? List.of(archive(id) + " is not what it was") : damage;
        } catch (IOException e) {
            return List.of(FailureText.of(e));
        }
    }

    @Override
    public void prepare(ToolchainId id) {
        if (ids.contains(id)) {
            var unused = getOrFetch(id);
        }
    }

    @Override
    public Optional<LocalToolchain> getIfPresent(ToolchainId id) {
        CompletableFuture<LocalToolchain> known = opened.get(id);
        return known == null || !known.isDone() || known.isCompletedExceptionally()
                ? Optional.empty()
                : Optional.of(known.join());
    }

    @Override
    public CompletableFuture<LocalToolchain> getOrFetch(ToolchainId id) {
        CompletableFuture<LocalToolchain> mine = new CompletableFuture<>();
        CompletableFuture<LocalToolchain> known = opened.putIfAbsent(id, mine);
        if (known != null) {
            return known;
        }
        Thread.ofVirtual().name("toolchain " + id.brief()).start(() -> {
            try {
                mine.complete(openOrFetch(id));
                if (troubles.remove(id)) {
                    LOG.info("toolchain={} is available now, and jobs for it are accepted again", id.brief());
                    listeners.forEach(Runnable::run);
                }
            } catch (IOException | RuntimeException e) {
                opened.remove(id, mine);
                failed(id, e);
                mine.completeExceptionally(e);
            }
        });
        return mine;
    }

    /** What is wrong with this node itself, or with the archive, is not tried again for each job. */
    private void failed(ToolchainId id, Exception why) {
        if (why instanceof HolderFailedException) {
            LOG.warn("toolchain={} cannot be fetched: {}", id.brief(), FailureText.of(why));
            return;
        }
        boolean writable = canWrite();
        Duration pause = switch (why) {
            case InsufficientSpaceException full ->
                troubles.add(id, FailureText.of(full), () -> hasRoom(full.neededBytes()));
            default -> troubles.add(id, DiskFailure.of(why).orElse(DAMAGED),
                    () -> !writable && canWrite());
        };
        LOG.warn("toolchain={} cannot be stored, and no jobs for it are accepted for {} s: {}", id.brief(),
                pause.toSeconds(), FailureText.of(why));
        listeners.forEach(Runnable::run);
    }

    private boolean canWrite() {
        try {
            Files.deleteIfExists(Files.createTempFile(directory, "fetch-", ".part"));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private boolean hasRoom(long bytes) {
        try {
            return Files.getFileStore(directory).getUsableSpace() >= bytes;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public Optional<String> trouble(ToolchainId id) {
        return troubles.find(id);
    }

    /** The toolchains that are not taken now, with what is wrong. */
    public Map<ToolchainId, String> troubles() {
        return troubles.all();
    }

    private LocalToolchain openOrFetch(ToolchainId id) throws IOException {
        if (ids.contains(id)) {
            Optional<LocalToolchain> here = open(id);
            if (here.isPresent()) {
                return here.get();
            }
            forget(id);
        }
        Path archive = Files.createTempFile(directory, "fetch-", ".part");
        try {
            fetcher.fetch(id, archive);
            return put(id, archive);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private Optional<LocalToolchain> open(ToolchainId id) {
        try {
            UnpackedToolchain unpacked = UnpackedToolchain.open(home(id).resolve(TREE), id);
            List<String> damage = unpacked.damage();
            if (damage.isEmpty()) {
                Files.setLastModifiedTime(home(id), FileTime.from(Instant.now()));
                return Optional.of(new LocalToolchain(unpacked));
            }
            LOG.warn("toolchain={} is damaged and will be fetched again: {}", id.brief(), damage.getFirst());
        } catch (IOException e) {
            LOG.warn("toolchain={} cannot be opened and will be fetched again: {}", id.brief(), FailureText.of(e));
        }
        return Optional.empty();
    }

    /** Takes a toolchain that was packed here. */
    public LocalToolchain add(ToolchainId id, Path archive) throws IOException {
        CompletableFuture<LocalToolchain> known = opened.get(id);
        if (known != null && known.isDone() && !known.isCompletedExceptionally()) {
            return known.join();
        }
        LocalToolchain held = put(id, archive);
        opened.put(id, CompletableFuture.completedFuture(held));
        return held;
    }

    private LocalToolchain put(ToolchainId id, Path archive) throws IOException {
        Path fresh = Files.createTempDirectory(directory, "new-");
        try {
            Files.move(archive, fresh.resolve(ARCHIVE));
            ToolchainUnpacker.unpack(fresh.resolve(ARCHIVE), id, fresh.resolve(TREE), ArchiveLimits.USUAL);
            writeChunks(FileChunker.of(fresh.resolve(ARCHIVE)), fresh.resolve(CHUNKS));
            TreeDeleter.delete(home(id));
            AtomicFiles.move(fresh, home(id));
        } catch (IOException | RuntimeException e) {
            TreeDeleter.delete(fresh);
            throw e;
        }
        LocalToolchain held = new LocalToolchain(UnpackedToolchain.open(home(id).resolve(TREE), id));
        ids.add(id);
        listeners.forEach(Runnable::run);
        makeRoom(id);
        return held;
    }

    private void makeRoom(ToolchainId newest) throws IOException {
        long bytes = 0;
        for (ToolchainId id : ids) {
            bytes += archiveBytes(id);
        }
        List<ToolchainId> oldestFirst = ids.stream().filter(id -> !id.equals(newest) && !kept.test(id))
                .sorted(Comparator.comparing(this::lastUse)).toList();
        for (ToolchainId id : oldestFirst) {
            if (bytes <= maxBytes) {
                return;
            }
            bytes -= archiveBytes(id);
            LOG.info("toolchain={} is removed to make room", id.brief());
            evict(id);
        }
    }

    /** The size of its archive; 0 if it is not here. */
    long archiveBytes(ToolchainId id) {
        try {
            return Files.size(archive(id));
        } catch (IOException _) {
            return 0; // gone, which who wants it will find out
        }
    }

    private FileTime lastUse(ToolchainId id) {
        try {
            return Files.getLastModifiedTime(home(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void evict(LocalToolchain damaged) throws IOException {
        ToolchainId id = damaged.toolchain().id();
        CompletableFuture<LocalToolchain> known = opened.get(id);
        boolean isCurrent = known != null && known.isDone() && !known.isCompletedExceptionally()
                && known.join() == damaged;
        if (isCurrent && opened.remove(id, known)) {
            forget(id);
        }
    }

    /** Removes a toolchain; jobs that run with it continue. */
    public void remove(ToolchainId id) throws IOException {
        evict(id);
    }

    private void evict(ToolchainId id) throws IOException {
        opened.remove(id);
        forget(id);
    }

    private void forget(ToolchainId id) throws IOException {
        ids.remove(id);
        chunks.remove(id);
        Path away = directory.resolve("old-" + System.nanoTime());
        if (Files.exists(home(id))) {
            AtomicFiles.move(home(id), away);
            TreeDeleter.delete(away);
        }
        listeners.forEach(Runnable::run);
    }

    /** How the archive of a toolchain is cut, if it is held. One whose archive is damaged is dropped. */
    Optional<ChunkList> chunks(ToolchainId id) throws IOException {
        if (!ids.contains(id)) {
            return Optional.empty();
        }
        ChunkList known = chunks.get(id);
        if (known == null) {
            try {
                known = readChunks(id);
            } catch (IOException e) {
                dropArchive(id, e);
                return Optional.empty();
            }
            chunks.put(id, known);
        }
        return Optional.of(known);
    }

    /**
     * Chunk number {@code index} of a toolchain's archive.
     *
     * @throws IOException if the archive is damaged; the toolchain is dropped then
     */
    ByteBuffer chunk(ToolchainId id, ChunkList list, int index) throws IOException {
        try {
            return FileChunker.read(archive(id), list, index);
        } catch (IOException e) {
            dropArchive(id, e);
            throw e;
        }
    }

    private void dropArchive(ToolchainId id, IOException why) throws IOException {
        LOG.warn("the archive of toolchain={} is damaged and will be made or fetched again: {}", id.brief(),
                FailureText.of(why));
        evict(id);
    }

    private static void writeChunks(ChunkList list, Path file) throws IOException {
        Files.write(file,
                Stream.concat(Stream.of(list.whole()), list.chunks().stream()).map(Digest::toString).toList());
    }

    private ChunkList readChunks(ToolchainId id) throws IOException {
        List<Digest> digests = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(home(id).resolve(CHUNKS))) {
                digests.add(Digest.parse(line));
            }
            return new ChunkList(digests.removeFirst(), digests);
        } catch (IllegalArgumentException | NoSuchElementException e) {
            throw new IOException(home(id).resolve(CHUNKS) + " is damaged", e);
        }
    }

    Path archive(ToolchainId id) {
        return home(id).resolve(ARCHIVE);
    }

    private Path home(ToolchainId id) {
        return directory.resolve(id.hex());
    }
}

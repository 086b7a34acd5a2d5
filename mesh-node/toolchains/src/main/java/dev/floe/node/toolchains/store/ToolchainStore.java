package dev.floe.node.toolchains.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.DiskFailure;
import dev.floe.node.executor.ToolchainProvider;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.toolchains.relay.HolderFailedException;
import dev.floe.store.ChunkList;
import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FailureText;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.ToolchainPacker;
import dev.floe.toolchain.archive.UnpackedToolchain;

/**
 * The toolchains that this node holds, kept across restarts: for each a directory named by its id, with its tree, and
 * the archive if a peer needs one. A tree is verified before its first use after a start.
 */
public final class ToolchainStore implements ToolchainProvider {
    private static final Logger LOG = LogManager.getLogger(ToolchainStore.class);
    private static final String DAMAGED = "what others hold of it cannot be unpacked; run floe toolchain verify there";
    private final ToolchainDirectory directory;
    private final long maxBytes;
    private final ToolchainLoader loader;
    private final ToolchainArchives archives;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentSkipListSet<ToolchainId> ids = new ConcurrentSkipListSet<>();
    private final Map<ToolchainId, CompletableFuture<LocalToolchain>> opened = new ConcurrentHashMap<>();
    private final ToolchainFailureBackoff troubles = new ToolchainFailureBackoff(System::nanoTime);
    private volatile Predicate<ToolchainId> kept = _ -> false; // set once, by who knows it

    /** Gets an archive from the mesh. */
    @FunctionalInterface
    public interface Fetcher {
        /** Writes the archive of a toolchain to {@code target}, each chunk verified. */
        void fetch(ToolchainId id, Path target) throws IOException;
    }

    /**
     * @param maxBytes on the disk; beyond, the longest unused toolchain goes
     * @param fetcher  for toolchains that cannot be assembled
     */
    public ToolchainStore(Path directory, long maxBytes, Fetcher fetcher, ToolchainFileSource files) {
        this.directory = new ToolchainDirectory(directory);
        this.maxBytes = maxBytes;
        this.loader = new ToolchainLoader(this.directory, fetcher, files);
        this.archives = new ToolchainArchives(this.directory);
    }

    /** Finds the toolchains in the directory, which is made if it is missing, and removes what is no toolchain. */
    public void start() throws IOException {
        ids.addAll(directory.scan());
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
                    toolchain.host().toString(), toolchain.target(), archiveBytes(id)));
        }
        return all;
    }

    /** The tree of a toolchain; trusts it as it is. */
    UnpackedToolchain unpacked(ToolchainId id) throws IOException {
        return directory.open(id);
    }

    /** Reads every file of a toolchain, and drops it if one is damaged; what is wrong, in sentences. */
    public List<String> verify(ToolchainId id) throws IOException {
        List<String> damage = directory.damage(id);
        if (!damage.isEmpty()) {
            remove(id);
        }
        return damage;
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
        return known != null && isReady(known) ? Optional.of(known.join()) : Optional.empty();
    }

    private static boolean isReady(CompletableFuture<LocalToolchain> toolchain) {
        return toolchain.isDone() && !toolchain.isCompletedExceptionally();
    }

    @Override
    public CompletableFuture<LocalToolchain> getOrFetch(ToolchainId id) {
        CompletableFuture<LocalToolchain> mine = new CompletableFuture<>();
        CompletableFuture<LocalToolchain> known = opened.putIfAbsent(id, mine);
        if (known != null) {
            return known;
        }
        // Not a virtual thread: it unpacks for seconds, and would hold one of few carriers.
        Thread.ofPlatform().daemon().name("toolchain " + id.brief()).start(() -> {
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
        boolean writable = directory.isWritable();
        Duration pause = switch (why) {
            case InsufficientSpaceException full ->
                troubles.add(id, FailureText.of(full), () -> directory.hasRoom(full.neededBytes()));
            default -> troubles.add(id, DiskFailure.of(why).orElse(DAMAGED),
                    () -> !writable && directory.isWritable());
        };
        LOG.warn("toolchain={} cannot be stored, and no jobs for it are accepted for {} s: {}", id.brief(),
                pause.toSeconds(), FailureText.of(why));
        listeners.forEach(Runnable::run);
    }

    @Override
    public Optional<String> trouble(ToolchainId id) {
        return troubles.find(id);
    }

    /** The toolchains that are not taken now, with what is wrong. */
    public Map<ToolchainId, String> troubles() {
        return troubles.all();
    }

    /** What there is of a toolchain that this node is assembling. */
    Optional<AssemblyProgress> progress(ToolchainId id) {
        return loader.progress(id);
    }

    private LocalToolchain openOrFetch(ToolchainId id) throws IOException {
        if (ids.contains(id)) {
            Optional<LocalToolchain> here = loader.open(id);
            if (here.isPresent()) {
                return here.get();
            }
            forget(id);
        }
        return put(id, loader.fetch(id, ids()));
    }

    /**
     * Adds a toolchain of this node.
     *
     * @param source where the bytes of its files are
     * @throws dev.floe.store.DigestMismatchException if they are others than the toolchain says
     */
    public LocalToolchain add(Toolchain toolchain, ToolchainPacker.PackSource source) throws IOException {
        CompletableFuture<LocalToolchain> known = opened.get(toolchain.id());
        if (known != null && isReady(known)) {
            return known.join();
        }
        LocalToolchain held = put(toolchain.id(),
                directory.add(toolchain.id(), tree -> UnpackedToolchain.make(toolchain, source, tree)));
        opened.put(toolchain.id(), CompletableFuture.completedFuture(held));
        return held;
    }

    private LocalToolchain put(ToolchainId id, UnpackedToolchain unpacked) throws IOException {
        LocalToolchain held = new LocalToolchain(unpacked);
        ids.add(id);
        listeners.forEach(Runnable::run);
        makeRoom(id);
        return held;
    }

    private void makeRoom(ToolchainId newest) throws IOException {
        long bytes = 0;
        for (ToolchainId id : ids) {
            bytes += directory.diskBytes(id);
        }
        List<ToolchainId> oldestFirst = ids.stream().filter(id -> !id.equals(newest) && !kept.test(id))
                .sorted(Comparator.comparing(directory::lastUse)).toList();
        for (ToolchainId id : oldestFirst) {
            if (bytes <= maxBytes) {
                return;
            }
            bytes -= directory.diskBytes(id);
            LOG.info("toolchain={} is removed to make room", id.brief());
            remove(id);
        }
    }

    @Override
    public void evict(LocalToolchain damaged) throws IOException {
        ToolchainId id = damaged.toolchain().id();
        CompletableFuture<LocalToolchain> known = opened.get(id);
        if (known != null && isReady(known) && known.join() == damaged && opened.remove(id, known)) {
            forget(id);
        }
    }

    /** Removes a toolchain; jobs that run with it continue. */
    public void remove(ToolchainId id) throws IOException {
        opened.remove(id);
        forget(id);
    }

    private void forget(ToolchainId id) throws IOException {
        ids.remove(id);
        directory.remove(id);
        listeners.forEach(Runnable::run);
    }

    /**
     * How the archive of a toolchain is cut, if the toolchain is held; packs it if it was not yet. A toolchain that
     * cannot be packed is dropped.
     */
    Optional<ChunkList> chunks(ToolchainId id) throws IOException {
        if (!ids.contains(id)) {
            return Optional.empty();
        }
        try {
            return Optional.of(archives.findOrPack(id));
        } catch (DigestMismatchException e) {
            drop(id, e);
            return Optional.empty();
        }
    }

    /** A chunk of an archive that was packed or fetched; empty if it is that of none. */
    Optional<ByteBuffer> chunk(Digest digest) throws IOException {
        return archives.chunk(ids, digest);
    }

    /** Removes a toolchain that was found damaged. */
    void drop(ToolchainId id, IOException why) throws IOException {
        LOG.warn("toolchain={} is damaged and will be made or fetched again: {}", id.brief(), FailureText.of(why));
        remove(id);
    }

    /** The size of its archive, or about that while it was not packed; 0 if the toolchain is not here. */
    public long archiveBytes(ToolchainId id) {
        return directory.archiveBytes(id);
    }
}

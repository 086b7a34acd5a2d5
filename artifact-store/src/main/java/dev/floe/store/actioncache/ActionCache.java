package dev.floe.store.actioncache;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.files.AtomicFiles;
import dev.floe.store.files.FanOutDirectories;

/**
 * Results by their keys, on disk, bounded in number and bytes; the least recently used go first. Thread-safe.
 *
 * <p>Each is one file, named by its key, which holds the SHA-256 of the encoded result before the result itself: a
 * damaged one is dropped and a miss, and so is one in a version of a later release. It appears by a rename, whole or
 * not at all. What a result names by digest is kept elsewhere and may be gone; whoever uses the result looks. The order
 * of use outlives the process as the files' modification times, with a lag.
 */
public final class ActionCache {
    private static final System.Logger LOG = System.getLogger(ActionCache.class.getName());
    /** On average; a file fills whole blocks of the disk. */
    private static final int BLOCK_BYTES = 4096;
    private static final double ROOM_LEFT = 0.9;
    private static final long LAG_SECONDS = 300;
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> FILE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;
    private final FanOutDirectories fanOut;
    private final int maxEntries;
    private final InstantSource clock;
    private final LinkedHashMap<ActionKey, CacheUsage> uses = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself
    private long bytes; // of the files; guarded by uses
    private final ResultsAtHand atHand = new ResultsAtHand(); // guarded by uses

    /** The size of a result, and when it was last used as the disk has it, in seconds since 1970. */
    private static final class CacheUsage {
        private final long size;
        private long saved; // guarded by uses

        CacheUsage(long size, long second) {
            this.size = Math.max(size, BLOCK_BYTES);
            saved = second;
        }
    }

    private record CachedResult(ActionKey key, long size, long used) {}

    /** A cache that is empty until it is started. */
    public ActionCache(Path directory, int maxEntries) {
        this(directory, maxEntries, Clock.systemUTC());
    }

    private ActionCache(Path directory, int maxEntries, InstantSource clock) {
        this.directory = directory;
        this.maxEntries = maxEntries;
        this.clock = clock;
        this.fanOut = new FanOutDirectories(directory, DIRECTORY);
    }

    /** Makes a cache and starts it. */
    public static ActionCache open(Path directory, int maxEntries) throws IOException {
        return open(directory, maxEntries, Clock.systemUTC());
    }

    static ActionCache open(Path directory, int maxEntries, InstantSource clock) throws IOException {
        ActionCache cache = new ActionCache(directory, maxEntries, clock);
        cache.start();
        return cache;
    }

    /**
     * Opens the directory, which is made if it is missing.
     *
     * @throws IOException if the directory cannot be used
     */
    public void start() throws IOException {
        List<CachedResult> found = new ArrayList<>();
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(DIRECTORY));
        Files.setPosixFilePermissions(directory, DIRECTORY);
        for (Path fan : fanOut.open()) {
            scan(fan, found);
        }
        found.sort(Comparator.comparingLong(CachedResult::used));
        synchronized (uses) {
            found.forEach(entry -> enter(entry.key(), new CacheUsage(entry.size(), entry.used())));
        }
        makeRoom();
    }

    private void scan(Path fan, List<CachedResult> found) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(fan)) {
            for (Path file : files) {
                try {
                    ActionKey key = ActionKey.parse(String.valueOf(file.getFileName()));
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    found.add(new CachedResult(key, attributes.size(),
                            attributes.lastModifiedTime().toInstant().getEpochSecond()));
                } catch (IllegalArgumentException _) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** The result; counts as a use. */
    public Optional<ActionResult> find(ActionKey key) {
        CacheUsage use;
        boolean save;
        synchronized (uses) {
            use = uses.get(key);
            if (use == null) {
                return Optional.empty();
            }
            long now = clock.instant().getEpochSecond();
            save = now - use.saved >= LAG_SECONDS;
            if (save) {
                use.saved = now;
            }
            ActionResult known = atHand.get(key);
            if (known != null && !save) {
                return Optional.of(known);
            }
        }
        if (save) {
            touch(key);
        }
        return read(key, use);
    }

    public boolean contains(ActionKey key) {
        synchronized (uses) {
            return uses.containsKey(key);
        }
    }

    /** @param use as it was before; by now another result may be kept under the key */
    private Optional<ActionResult> read(ActionKey key, CacheUsage use) {
        try {
            byte[] bytes = Files.readAllBytes(file(key));
            if (bytes.length > Digest.HASH_BYTES) {
                byte[] encoded = Arrays.copyOfRange(bytes, Digest.HASH_BYTES, bytes.length);
                if (Arrays.equals(Digest.ofBytes(encoded).hash(), Arrays.copyOf(bytes, Digest.HASH_BYTES))) {
                    if (ActionResultCodec.isOfLaterVersion(encoded)) {
                        LOG.log(System.Logger.Level.DEBUG, "result of a later release: {0}", file(key));
                        drop(key, use);
                        return Optional.empty();
                    }
                    ActionResult result = ActionResultCodec.decode(encoded);
                    synchronized (uses) {
                        if (uses.get(key) == use) {
                            atHand.put(key, result, encoded.length);
                        }
                    }
                    return Optional.of(result);
                }
            }
            LOG.log(System.Logger.Level.WARNING, "damaged result dropped from the cache: {0}", file(key));
        } catch (NoSuchFileException _) {
            // taken away by hand
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "result dropped from the cache since it cannot be read: " + file(key),
                    e);
        }
        drop(key, use);
        return Optional.empty();
    }

    /**
     * Keeps a result, in place of one that may be there.
     *
     * @throws IOException if it cannot be written; nothing is kept then
     */
    public void put(ActionKey key, ActionResult result) throws IOException {
        byte[] encoded = ActionResultCodec.encode(result);
        byte[] file = Arrays.copyOf(Digest.ofBytes(encoded).hash(), Digest.HASH_BYTES + encoded.length);
        System.arraycopy(encoded, 0, file, Digest.HASH_BYTES, encoded.length);
        try {
            AtomicFiles.write(fanOut.getForWriting(fan(key)).resolve(key.toString()), file, FILE);
        } catch (IOException e) {
            throw new IOException("cannot write the result " + file(key) + ": " + FailureText.of(e), e);
        }
        synchronized (uses) {
            enter(key, new CacheUsage(file.length, clock.instant().getEpochSecond()));
            atHand.put(key, result, encoded.length);
        }
        makeRoom();
    }

    /** With the lock held, as {@link #leave}. */
    private void enter(ActionKey key, CacheUsage usage) {
        leave(key);
        uses.put(key, usage);
        bytes += usage.size;
    }

    private void leave(ActionKey key) {
        CacheUsage gone = uses.remove(key);
        bytes -= gone == null ? 0 : gone.size;
        atHand.remove(key);
    }

    /** Removes a result if it is here. */
    public void remove(ActionKey key) {
        synchronized (uses) {
            leave(key);
        }
        delete(key);
    }

    /** Removes a result that cannot be read, unless another is kept under its key by now. */
    private void drop(ActionKey key, CacheUsage use) {
        synchronized (uses) {
            if (uses.get(key) != use) {
                return;
            }
            leave(key);
        }
        delete(key);
    }

    /** All keys, least recently used first. */
    public List<ActionKey> keys() {
        synchronized (uses) {
            return List.copyOf(uses.keySet());
        }
    }

    public int size() {
        synchronized (uses) {
            return uses.size();
        }
    }

    private void makeRoom() {
        List<ActionKey> away = new ArrayList<>();
        synchronized (uses) {
            if (isBeyond(1)) {
                for (ActionKey key : List.copyOf(uses.keySet())) {
                    if (!isBeyond(ROOM_LEFT)) {
                        break;
                    }
                    leave(key);
                    away.add(key);
                }
            }
        }
        away.forEach(this::delete);
    }

    /** Whether there is more than this part of what there may be; with the lock held. */
    private boolean isBeyond(double part) {
        return uses.size() > maxEntries * part || bytes > (double) maxEntries * BLOCK_BYTES * part;
    }

    private void touch(ActionKey key) {
        try {
            Files.setLastModifiedTime(file(key), FileTime.from(clock.instant()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot set the time of " + FailureText.of(e));
        }
    }

    private void delete(ActionKey key) {
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot delete " + FailureText.of(e));
        }
    }

    /** Where the file of a result is, if it is here. */
    public Path file(ActionKey key) {
        return fanOut.get(fan(key)).resolve(key.toString());
    }

    private static int fan(ActionKey key) {
        return (int) (key.a() >>> 56);
    }
}

package dev.floe.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;

import org.jspecify.annotations.Nullable;

import dev.floe.store.files.SavedEntries;

/**
 * Remembers digests of the user's files by path and stamp. Thread-safe and bounded.
 *
 * <p>A file that was changed within {@link #SETTLING} of being hashed may change again without a new stamp, since a
 * file system's clock ticks slowly; such a digest is given but not remembered (git calls such a file racily clean).
 */
public final class FileDigestCache {
    /**
     * How long a file must have been left alone before its stamp stands for its bytes: two seconds, because there are
     * file systems whose clock ticks that slowly. Tests on file systems that are known to tick faster shorten it with
     * this property.
     */
    public static final Duration SETTLING = Duration.ofMillis(Long.getLong("floe.settlingMillis", 2_000));

    private static final int TRIES = 3;

    /** How to get at a file's bytes; where the node may not read a file itself, someone else reads it for the node. */
    @FunctionalInterface
    public interface DigestReader {
        StampedDigest read(Path file) throws IOException;
    }

    /** What one pass over a file gave, and its stamps just before and just after. */
    public record StampedDigest(FileStamp before, Digest digest, FileStamp after) {}

    private record CachedDigest(FileStamp stamp, Digest digest) {}

    private static final String FORMAT = "floe-digests 1";
    private static final int MAX_SAVED_BYTES = 64 << 20;
    private static final int ENTRY_BYTES = 10 * Long.BYTES + Integer.BYTES;

    private final ConcurrentMap<Path, CachedDigest> known;
    private volatile SavedEntries saved = SavedEntries.NONE; // of an earlier process; set once, at the start
    private final InstantSource clock;

    /** @param maxEntries most files to remember, at some 250 bytes each */
    public FileDigestCache(int maxEntries) {
        this(maxEntries, Clock.systemUTC());
    }

    FileDigestCache(int maxEntries, InstantSource clock) {
        this.clock = clock;
        known = BoundedMap.concurrent(maxEntries);
    }

    /** As {@link #digest(Path, FileStamp, DigestReader)} for a file that this process may read. */
    public Digest digest(Path file) throws IOException {
        return digest(file, FileStamp.of(file), FileDigestCache::readHere);
    }

    /**
     * The digest of a file; remembered if its stamp is the one it had when it was hashed, otherwise read again.
     *
     * @param stamp what {@code stat} says of it now
     * @throws IOException if the file cannot be read, or changed during each of {@value #TRIES} readings
     */
    public Digest digest(Path file, FileStamp stamp, DigestReader reader) throws IOException {
        CachedDigest last = known.get(file);
        if (last != null && last.stamp().equals(stamp)) {
            return last.digest();
        }
        CachedDigest earlier = last == null ? saved(file) : null;
        if (earlier != null && earlier.stamp().equals(stamp)) {
            known.put(file, earlier);
            return earlier.digest();
        }
        for (int i = 0; i < TRIES; i++) {
            long start = nanosNow();
            StampedDigest reading = reader.read(file);
            if (reading.before().equals(reading.after()) && reading.digest().size() == reading.after().size()) {
                if (isSettled(reading.after(), start)) {
                    known.put(file, new CachedDigest(reading.after(), reading.digest()));
                }
                return reading.digest();
            }
        }
        throw new IOException(file + " changes while it is read (" + TRIES + " tries); wait until it is written");
    }

    /**
     * Remembers what an earlier process has saved; a digest counts only for the stamp that it was computed for.
     *
     * @param boot identifies the start of the machine. After another start nothing is remembered: if the power failed
     *        in between, a file may have new bytes and the stamp that it had before.
     */
    public void load(Path from, String boot) throws IOException {
        saved = SavedEntries.read(from, format(boot), MAX_SAVED_BYTES);
    }

    private static String format(String boot) {
        return FORMAT + " " + boot;
    }

    /** Saves what is remembered for a later process of the same start of the machine, at most so many files. */
    public void save(Path to, String boot, int maxEntries) throws IOException {
        Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();
        known.forEach((file, digest) -> {
            if (entries.size() < maxEntries) {
                entries.put(ByteBuffer.wrap(key(file)), encode(digest));
            }
        });
        if (!entries.isEmpty()) {
            saved.addTo(entries, maxEntries);
            SavedEntries.write(to, format(boot), entries);
        }
    }

    private @Nullable CachedDigest saved(Path file) {
        SavedEntries earlier = saved;
        Optional<ByteBuffer> entry = earlier.size() == 0 ? Optional.empty() : earlier.find(key(file));
        return entry.isEmpty() ? null : decode(entry.get());
    }

    private static byte[] key(Path file) {
        return file.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer encode(CachedDigest cached) {
        FileStamp stamp = cached.stamp();
        Digest digest = cached.digest();
        return ByteBuffer.allocate(ENTRY_BYTES).putLong(stamp.dev()).putLong(stamp.ino()).putLong(stamp.size())
                .putLong(stamp.mtimeNanos()).putLong(stamp.ctimeNanos()).putInt(stamp.mode()).putLong(digest.a())
                .putLong(digest.b()).putLong(digest.c()).putLong(digest.d()).putLong(digest.size()).flip();
    }

    private static @Nullable CachedDigest decode(ByteBuffer from) {
        if (from.remaining() != ENTRY_BYTES) {
            return null;
        }
        FileStamp stamp = new FileStamp(from.getLong(), from.getLong(), from.getLong(), from.getLong(), from.getLong(),
                from.getInt());
        return new CachedDigest(stamp, new Digest(from.getLong(), from.getLong(), from.getLong(), from.getLong(),
                Math.max(0, from.getLong())));
    }

    /** Number of files remembered. */
    int size() {
        return known.size();
    }

    /** Reads a file with the rights of this process. */
    public static StampedDigest readHere(Path file) throws IOException {
        FileStamp before = FileStamp.of(file);
        Digest digest = Digest.ofFile(file);
        return new StampedDigest(before, digest, FileStamp.of(file));
    }

    private long nanosNow() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private static boolean isSettled(FileStamp stamp, long now) {
        return now - Math.max(stamp.mtimeNanos(), stamp.ctimeNanos()) >= SETTLING.toNanos();
    }
}

package dev.floe.command.discovery.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.floe.command.HostAccess;
import dev.floe.store.BoundedMap;
import dev.floe.store.Digest;
import dev.floe.store.files.SavedEntries;

/** Remembers what files were found to have, by their digest; bounded. Thread-safe. */
public final class ScanResultCache {
    /** What a text was read for: its traits as C or as assembler, or the calls of one macro. */
    private record Key(Digest digest, String question) {}

    /** The inputs of a command with a longer text are those that the compiler lists. */
    private static final long MAX_SOURCE_BYTES = 32L << 20;
    /** Of what a text names: more would take minutes to look up. */
    private static final int MAX_NAMES = 20_000;
    /** The heap that all texts under scan take together, in units of a kilobyte. */
    private static final int MEMORY_KILOBYTES = (int) Math
            .min(Runtime.getRuntime().maxMemory() / 4 >> 10, Integer.MAX_VALUE);
    /** A text is in memory as bytes and as characters, and its names once more. */
    private static final int COPIES = 4;

    private static final int MAX_SAVED_BYTES = 64 << 20;
    private static final int MAX_SAVED_QUESTION = 200;

    private final Map<Key, SourceScanResult> remembered;
    private final Semaphore memory = new Semaphore(MEMORY_KILOBYTES, true);
    private volatile SavedEntries saved = SavedEntries.NONE; // of an earlier process; set once, at the start

    public ScanResultCache(int capacity) {
        remembered = BoundedMap.concurrent(capacity);
    }

    /** Whether a text is longer than any that is read. */
    public static boolean isTooLong(Digest text) {
        return text.size() > MAX_SOURCE_BYTES;
    }

    public SourceScanResult traits(Path path, Digest digest, boolean assembler, HostAccess machine) throws IOException {
        Key key = new Key(digest, assembler ? "assembler" : "c");
        SourceScanResult known = find(key);
        if (known != null) {
            return known;
        }
        if (assembler && isTooLong(digest)) {
            return AssemblerScanner.UNREAD; // mostly data that .incbin takes
        }
        return put(key, scan(path, digest, machine, assembler ? AssemblerScanner::scan : SourceScanner::scan));
    }

    /** @throws IOException if the text is too long, names too much, or is not the one of the digest any more */
    private SourceScanResult scan(Path path, Digest digest, HostAccess machine,
            Function<byte[], SourceScanResult> scanner) throws IOException {
        if (isTooLong(digest)) {
            throw new IOException(path + " is longer than " + MAX_SOURCE_BYTES + " bytes");
        }
        int kilobytes = (int) Math.min(COPIES * (digest.size() >> 10) + 1, MEMORY_KILOBYTES);
        memory.acquireUninterruptibly(kilobytes);
        try {
            SourceScanResult found = scanner.apply(machine.read(path, digest.size()));
            if (found.names() > MAX_NAMES) {
                throw new IOException(path + " names more than " + MAX_NAMES + " files and macros");
            }
            return found;
        } finally {
            memory.release(kilobytes);
        }
    }

    public SourceScanResult calls(Path path, Digest digest, String wrapper, HostAccess machine) throws IOException {
        Key key = new Key(digest, "(" + wrapper);
        SourceScanResult known = find(key);
        return known != null
                ? known
                : put(key, scan(path, digest, machine, bytes -> SourceScanner.scanFor(wrapper, bytes)));
    }

    private @Nullable SourceScanResult find(Key key) {
        SourceScanResult known = remembered.get(key);
        SavedEntries earlier = saved;
        if (known != null || earlier.size() == 0) {
            return known;
        }
        Optional<SourceScanResult> found = earlier.find(bytes(key)).flatMap(ScanResultCodec::decode);
        return found.isPresent() ? put(key, found.get()) : null;
    }

    private static byte[] bytes(Key key) {
        return (key.digest() + key.question()).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Remembers what an earlier process of the same program has saved.
     *
     * @param program identifies the program; another one may find other things in a text
     */
    public void load(Path from, String program) throws IOException {
        saved = SavedEntries.read(from, program, MAX_SAVED_BYTES);
    }

    /** Saves what is remembered, at most so many results. */
    public void save(Path to, String program, int maxEntries) throws IOException {
        Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();
        remembered.forEach((key, result) -> {
            if (entries.size() < maxEntries && key.question().length() <= MAX_SAVED_QUESTION) {
                entries.put(ByteBuffer.wrap(bytes(key)), ScanResultCodec.encode(result));
            }
        });
        if (!entries.isEmpty()) {
            saved.addTo(entries, maxEntries);
            SavedEntries.write(to, program, entries);
        }
    }

    private SourceScanResult put(Key key, SourceScanResult traits) {
        remembered.put(key, traits);
        return traits;
    }
}

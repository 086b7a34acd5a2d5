package dev.floe.command.discovery.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.HostAccess;
import dev.floe.store.BoundedMap;
import dev.floe.store.Digest;
import dev.floe.store.files.SavedEntries;

/** Remembers what files were found to have, by their digest; bounded. Thread-safe. */
public final class ScanResultCache {
    /** What a text was read for: its traits as C or as assembler, or the calls of one macro. */
    private record Key(Digest digest, String question) {}

    private static final long MAX_SOURCE_BYTES = 256L << 20;

    private static final int MAX_SAVED_BYTES = 64 << 20;
    private static final int MAX_SAVED_QUESTION = 200;

    private final Map<Key, SourceScanResult> remembered;
    private volatile SavedEntries saved = SavedEntries.NONE; // of an earlier process; set once, at the start

    public ScanResultCache(int capacity) {
        remembered = BoundedMap.concurrent(capacity);
    }

    public SourceScanResult traits(Path path, Digest digest, boolean assembler, HostAccess machine) throws IOException {
        Key key = new Key(digest, assembler ? "assembler" : "c");
        SourceScanResult known = find(key);
        if (known != null) {
            return known;
        }
        byte[] bytes = machine.read(path, MAX_SOURCE_BYTES);
        return put(key, assembler ? AssemblerScanner.scan(bytes) : SourceScanner.scan(bytes));
    }

    public SourceScanResult calls(Path path, Digest digest, String wrapper, HostAccess machine) throws IOException {
        Key key = new Key(digest, "(" + wrapper);
        SourceScanResult known = find(key);
        return known != null
                ? known
                : put(key, SourceScanner.scanFor(wrapper, machine.read(path, MAX_SOURCE_BYTES)));
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

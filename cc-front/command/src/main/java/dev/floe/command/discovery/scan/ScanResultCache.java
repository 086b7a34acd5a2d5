package dev.floe.command.discovery.scan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import dev.floe.command.HostAccess;
import dev.floe.store.BoundedMap;
import dev.floe.store.Digest;

/** Remembers what files were found to have, by their digest; bounded. Thread-safe. */
public final class ScanResultCache {
    /** What a text was read for: its traits as C or as assembler, or the calls of one macro. */
    private record Key(Digest digest, String question) {}

    private static final long MAX_SOURCE_BYTES = 256L << 20;

    private final Map<Key, SourceScanResult> remembered;

    public ScanResultCache(int capacity) {
        remembered = BoundedMap.concurrent(capacity);
    }

    public SourceScanResult traits(Path path, Digest digest, boolean assembler, HostAccess machine) throws IOException {
        Key key = new Key(digest, assembler ? "assembler" : "c");
        SourceScanResult known = remembered.get(key);
        if (known != null) {
            return known;
        }
        byte[] bytes = machine.read(path, MAX_SOURCE_BYTES);
        return put(key, assembler ? AssemblerScanner.scan(bytes) : SourceScanner.scan(bytes));
    }

    public SourceScanResult calls(Path path, Digest digest, String wrapper, HostAccess machine) throws IOException {
        Key key = new Key(digest, "(" + wrapper);
        SourceScanResult known = remembered.get(key);
        return known != null
                ? known
                : put(key, SourceScanner.scanFor(wrapper, machine.read(path, MAX_SOURCE_BYTES)));
    }

    private SourceScanResult put(Key key, SourceScanResult traits) {
        remembered.put(key, traits);
        return traits;
    }
}

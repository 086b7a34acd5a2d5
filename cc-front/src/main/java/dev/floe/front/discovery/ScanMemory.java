package dev.floe.front.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.floe.front.Machine;
import dev.floe.store.Digest;

/** Remembers what files were found to have, by their digest; the least recently asked go first. Safe for threads. */
final class ScanMemory {
    /** What a text was read for: its traits as C or as assembler, or the calls of one macro. */
    private record Key(Digest digest, String question) {}

    private static final long MAX_SOURCE_BYTES = 256L << 20;

    private final int capacity;
    /** Guarded by itself. */
    private final Map<Key, Traits> remembered = new LinkedHashMap<>(64, 0.75f, true);

    ScanMemory(int capacity) {
        this.capacity = capacity;
    }

    Traits traits(Path path, Digest digest, boolean assembler, Machine machine) throws IOException {
        Key key = new Key(digest, assembler ? "assembler" : "c");
        Traits known = get(key);
        if (known != null) {
            return known;
        }
        byte[] bytes = machine.read(path, MAX_SOURCE_BYTES);
        return put(key, assembler ? AssemblerScanner.scan(bytes) : SourceScanner.scan(bytes));
    }

    Traits calls(Path path, Digest digest, String wrapper, Machine machine) throws IOException {
        Key key = new Key(digest, "(" + wrapper);
        Traits known = get(key);
        return known != null
                ? known
                : put(key, SourceScanner.scanFor(wrapper, machine.read(path, MAX_SOURCE_BYTES)));
    }

    private @Nullable Traits get(Key key) {
        synchronized (remembered) {
            return remembered.get(key);
        }
    }

    private Traits put(Key key, Traits traits) {
        synchronized (remembered) {
            remembered.put(key, traits);
            if (remembered.size() > capacity) {
                remembered.remove(remembered.keySet().iterator().next());
            }
        }
        return traits;
    }
}

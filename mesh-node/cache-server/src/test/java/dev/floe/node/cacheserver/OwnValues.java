package dev.floe.node.cacheserver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.floe.node.cacheserver.values.KeyValueStore;
import dev.floe.store.Digest;
import dev.floe.store.content.ContentStore;

/** The values of one node: bytes in its content store, names in memory, so they are forgotten when it ends. */
public final class OwnValues implements KeyValueStore {
    private static final int MAX_NAMES = 200_000;

    private final ContentStore store;
    private final ReentrantLock lock = new ReentrantLock(); // guards names
    private final Map<String, Digest> names = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Digest> eldest) {
            return size() > MAX_NAMES;
        }
    };

    public OwnValues(ContentStore store) {
        this.store = store;
    }

    @Override
    public Optional<FileChannel> read(String name) throws IOException {
        Digest digest = digest(name);
        return digest == null ? Optional.empty() : store.read(digest);
    }

    @Override
    public boolean exists(String name) {
        Digest digest = digest(name);
        return digest != null && store.contains(digest);
    }

    @Override
    public boolean put(String name, Path file) throws IOException {
        try {
            Digest digest = store.putFile(file);
            lock.lock();
            try {
                names.put(name, digest);
            } finally {
                lock.unlock();
            }
            return true;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The bytes stay in the store until they are the least recently used: another name may lead to them. */
    @Override
    public boolean remove(String name) {
        lock.lock();
        try {
            return names.remove(name) != null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Digest digest(String name) {
        lock.lock();
        try {
            return names.get(name);
        } finally {
            lock.unlock();
        }
    }
}

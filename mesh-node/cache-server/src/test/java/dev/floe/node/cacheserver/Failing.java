package dev.floe.node.cacheserver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

import dev.floe.node.cacheserver.values.KeyValueStore;

/** Values on a disk that is broken; its message has letters of two bytes, and is longer than a byte can count. */
public final class Failing implements KeyValueStore {
    private static final String WHY = "broken " + "ä".repeat(200);

    @Override
    public Optional<FileChannel> read(String name) throws IOException {
        throw new IOException(WHY);
    }

    @Override
    public boolean exists(String name) {
        return false;
    }

    @Override
    public boolean put(String name, Path file) throws IOException {
        throw new IOException(WHY);
    }

    @Override
    public boolean remove(String name) throws IOException {
        throw new IOException(WHY);
    }
}

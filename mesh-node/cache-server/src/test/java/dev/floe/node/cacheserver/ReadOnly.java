package dev.floe.node.cacheserver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import dev.floe.node.cacheserver.values.KeyValueStore;

/** The values of a node that may not write. */
public record ReadOnly(KeyValueStore values) implements KeyValueStore {
    @Override
    public Optional<FileChannel> read(String name) throws IOException {
        return values.read(name);
    }

    @Override
    public boolean exists(String name) {
        return values.exists(name);
    }

    @Override
    public boolean put(String name, Path file) throws IOException {
        Files.delete(file);
        return false;
    }

    @Override
    public boolean remove(String name) {
        return false;
    }
}

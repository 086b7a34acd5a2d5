package dev.floe.node.cacheserver.values;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Opaque values by name, shared by the whole mesh. A value is whole or absent. Thread-safe; calls block. */
public interface KeyValueStore {
    /** The bytes; they stay readable until closed. Empty: a miss, for whatever reason. */
    Optional<FileChannel> read(String name) throws IOException;

    boolean exists(String name);

    /**
     * Takes over a file (it is gone afterwards).
     *
     * @return false if it is not stored, for example because this node may not write
     */
    boolean put(String name, Path file) throws IOException;

    /** @return whether there was such a value */
    boolean remove(String name) throws IOException;
}

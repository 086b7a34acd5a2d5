package dev.floe.node.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.DiskFailure;
import dev.floe.store.FailureText;

/**
 * Watches whether this node can write to its data directory. A node that cannot would take jobs and lose each of them,
 * so it does not execute until it can again.
 */
public final class StorageWatch {
    private static final Logger LOG = LogManager.getLogger(StorageWatch.class);
    private static final long MIN_BYTES = 16L << 20;
    private static final byte[] SAMPLE = new byte[4096];

    private final List<Path> directories;
    private final long minBytes; // with less space the node does not execute
    private final ReentrantLock lock = new ReentrantLock(); // one look at a time
    private volatile @Nullable String trouble; // null while nothing is wrong

    /** @param directories in which files are made; those that do not exist yet are left out */
    public StorageWatch(List<Path> directories) {
        this(directories, MIN_BYTES);
    }

    StorageWatch(List<Path> directories, long minBytes) {
        this.directories = List.copyOf(directories);
        this.minBytes = minBytes;
    }

    /** What is wrong, in words for every node of the mesh. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Tries to write a little; returns whether something is different now. */
    public boolean look() {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            String before = trouble;
            String now = found();
            trouble = now;
            if (now != null && !now.equals(before)) {
                LOG.warn("this node executes no jobs until it can write again: {}", now);
            } else if (now == null && before != null) {
                LOG.info("the data directory can be written again; this node executes");
            }
            return now == null ? before != null : !now.equals(before);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable String found() {
        for (Path directory : directories) {
            try {
                write(directory);
            } catch (IOException e) {
                LOG.debug("cannot write in {}: {}", directory, FailureText.of(e));
                return DiskFailure.of(e).orElse("it cannot write to its data directory; its log says why");
            }
        }
        return null;
    }

    /** Whether a disk has too little space, as far as that can be seen without writing. */
    public boolean isLow() {
        return directories.stream().anyMatch(directory -> Files.isDirectory(directory) && hasLittleSpace(directory));
    }

    /** Also if that cannot be known. A {@link java.nio.file.FileStore} would read the list of all mounts. */
    private boolean hasLittleSpace(Path directory) {
        return directory.toFile().getUsableSpace() < minBytes;
    }

    private void write(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Path file = Files.createTempFile(directory, "write-test-", ".tmp");
        try {
            Files.write(file, SAMPLE);
        } finally {
            Files.deleteIfExists(file);
        }
        if (hasLittleSpace(directory)) {
            throw new IOException("No space left on device");
        }
    }
}

package dev.floe.store.content;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.FileStamp;
import dev.floe.store.IoErrorMessages;
import dev.floe.store.files.AtomicFiles;

/**
 * Keeps the index of a store and its files in step: both change together, under the index's lock. Files are deleted
 * after it is released.
 */
final class VerifiedEntries {
    private static final System.Logger LOG = System.getLogger(ContentStore.class.getName());

    private final StoreDirectory files;
    private final StoreIndex index;
    private final InstantSource clock;
    private final LongAdder evicted = new LongAdder();
    private final LongAdder damaged = new LongAdder();

    VerifiedEntries(StoreDirectory files, StoreIndex index, InstantSource clock) {
        this.files = files;
        this.index = index;
        this.clock = clock;
    }

    /** The path of an entry whose file is sound; an entry whose file is not is dropped. */
    Optional<Path> verify(Digest digest, StoreEntry entry) {
        Path path = files.path(digest);
        try {
            switch (entry.check(path, digest)) {
                case SOUND -> {
                    entry.usedAt(clock.instant()).ifPresent(used -> files.touch(digest, used));
                    return Optional.of(path);
                }
                case DAMAGED -> {
                    damaged.increment();
                    LOG.log(System.Logger.Level.WARNING, "damaged entry dropped from the store: {0}", path);
                    drop(digest, entry);
                }
                case GONE -> drop(digest, entry);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "entry dropped from the store since it cannot be read: " + path + ": "
                    + FailureText.of(e));
            drop(digest, entry);
        }
        return Optional.empty();
    }

    /**
     * Moves a whole, verified file of mode 0444 to its place. If two jobs have received the same bytes, the file that
     * came first stays: link(2) fails with ENOENT if a rename replaces the file between the lookup of its name and the
     * link, so that a third job would miss an entry that is there.
     */
    void adopt(Path file, Digest digest) throws IOException {
        index.lock().lock();
        try {
            Optional<StoreEntry> present = index.use(digest);
            if (present.isPresent() && present.get().isVerified(files.path(digest))) {
                files.delete(file);
                return;
            }
            StoreEntry entry = new StoreEntry(clock.instant());
            entry.trust(FileStamp.of(file));
            AtomicFiles.move(file, files.target(digest));
            index.add(digest, entry);
        } catch (IOException e) {
            throw IoErrorMessages.explain("write", files.path(digest), e);
        } finally {
            index.lock().unlock();
        }
    }

    /** Removes an entry if it is here. */
    void remove(Digest digest) throws IOException {
        Optional<Path> away;
        index.lock().lock();
        try {
            away = index.remove(digest) ? files.takeAway(digest) : Optional.empty();
        } finally {
            index.lock().unlock();
        }
        away.ifPresent(files::delete);
    }

    /** Removes entries, the least recently used first, until the rest fit. */
    void makeRoom() throws IOException {
        List<Path> away;
        index.lock().lock();
        try {
            away = new ArrayList<>();
            for (Digest digest : index.evict()) {
                evicted.increment();
                files.takeAway(digest).ifPresent(away::add);
            }
        } catch (IOException e) {
            throw IoErrorMessages.explain("make room in", files.directory(), e);
        } finally {
            index.lock().unlock();
        }
        away.forEach(files::delete);
    }

    /** Drops {@code entry} unless another has taken its place meanwhile. */
    private void drop(Digest digest, StoreEntry entry) {
        Optional<Path> away = Optional.empty();
        index.lock().lock();
        try {
            if (index.remove(digest, entry)) {
                away = files.takeAway(digest);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot remove " + files.path(digest) + ": " + FailureText.of(e));
        } finally {
            index.lock().unlock();
        }
        away.ifPresent(files::delete);
    }

    /** Entries that were removed to make room. */
    long evictedCount() {
        return evicted.sum();
    }

    /** Entries that were dropped because their files had changed. */
    long damagedCount() {
        return damaged.sum();
    }
}

package dev.floe.store.content;

import java.io.IOException;
import java.nio.file.Path;

import dev.floe.store.Digest;

/**
 * Makes new entries of a store: reserves the room, makes other entries go for it, and moves the finished file to its
 * place.
 */
final class EntryPublisher {
    private final StoreDirectory files;
    private final StoreIndex index;
    private final VerifiedEntries entries;

    EntryPublisher(StoreDirectory files, StoreIndex index, VerifiedEntries entries) {
        this.files = files;
        this.index = index;
        this.entries = entries;
    }

    /**
     * Begins an entry whose bytes come in pieces; makes room for it at once.
     *
     * @throws IOException if it is larger than the store may be, or a file cannot be made
     */
    ContentWriter receive(Digest expected) throws IOException {
        reserve(expected);
        try {
            entries.makeRoom();
            return new ContentWriter(this, expected, files.temporary());
        } catch (IOException | RuntimeException e) {
            index.release(expected);
            throw e;
        }
    }

    /**
     * Enters a file: as a hard link, which makes it read-only, or as a copy where there can be none.
     *
     * @throws IOException if it cannot be entered, or is more than the store may hold
     */
    void share(Digest digest, Path file) throws IOException {
        reserve(digest);
        Path entry = files.temporary();
        try {
            entries.makeRoom();
            EntryFiles.link(file, entry);
            entries.adopt(entry, digest);
        } catch (IOException e) {
            files.delete(entry);
            throw e;
        } finally {
            index.release(digest);
        }
    }

    /** Moves the whole, verified file of a {@link ContentWriter}, of mode 0444, to its place. */
    void publish(Path temporary, Digest digest) throws IOException {
        entries.adopt(temporary, digest);
    }

    /** A {@link ContentWriter} has ended, whether its entry was published or not. */
    void release(Digest digest) {
        index.release(digest);
    }

    /** Deletes the file of a {@link ContentWriter} that was not published. */
    void discard(Path temporary) {
        files.delete(temporary);
    }

    private void reserve(Digest digest) throws IOException {
        if (!index.reserve(digest)) {
            throw new IOException("a file of " + digest.size() + " bytes is more than the store at "
                    + files.directory() + " may hold (" + index.maxBytes() + " bytes); raise that bound");
        }
    }
}

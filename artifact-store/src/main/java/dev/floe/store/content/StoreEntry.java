package dev.floe.store.content;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;
import dev.floe.store.FileStamp;

/** An entry of the store: the stamp of its file when it was verified, and when it was last used. */
final class StoreEntry {
    enum EntryState {
        SOUND, DAMAGED, GONE
    }

    /** A use that is less than this younger than the one on the disk is written down at the end only. */
    private static final Duration LAG = Duration.ofMinutes(5);

    /** What shows that a file is still the one that was verified. */
    private record VerifiedFile(long inode, long mtimeNanos) {
        static VerifiedFile of(FileStamp stamp) {
            return new VerifiedFile(stamp.ino(), stamp.mtimeNanos());
        }
    }

    /** The file that was verified; null until then. Set under this, read without it. */
    private volatile @Nullable VerifiedFile verified;

    /** Seconds since 1970, in memory and on the disk. Guarded by this. */
    private long used;
    private long saved;

    StoreEntry(Instant used) {
        this.used = used.getEpochSecond();
        this.saved = this.used;
    }

    synchronized void trust(FileStamp stamp) {
        verified = VerifiedFile.of(stamp);
    }

    /** Whether it is the file with this inode that was verified. */
    boolean isFile(long inode) {
        VerifiedFile known = verified;
        return known != null && known.inode() == inode;
    }

    /** Whether the file there is the one that was verified. Neither hashes it nor waits for who does. */
    boolean isVerified(Path file) throws IOException {
        return FileStamp.ifPresent(file).filter(stamp -> VerifiedFile.of(stamp).equals(verified)).isPresent();
    }

    /** Whether the file is what it should be; hashes it unless it looks as it did when that was last done. */
    synchronized EntryState check(Path file, Digest digest) throws IOException {
        try {
            FileStamp stamp = FileStamp.ofLink(file);
            if (stamp.size() != digest.size() || !stamp.isRegularFile()) {
                return EntryState.DAMAGED;
            }
            if (VerifiedFile.of(stamp).equals(verified)) {
                return EntryState.SOUND;
            }
            if (!Digest.ofFile(file).equals(digest)) {
                return EntryState.DAMAGED;
            }
            trust(stamp);
            return EntryState.SOUND;
        } catch (NoSuchFileException _) {
            return EntryState.GONE;
        }
    }

    /** Notes a use; gives the time to write to the disk if the one there is too old. */
    synchronized Optional<Instant> usedAt(Instant now) {
        used = now.getEpochSecond();
        return used - saved >= LAG.toSeconds() ? unsavedUse() : Optional.empty();
    }

    /** The last use, if the disk does not know it; from now on it is taken to know. */
    synchronized Optional<Instant> unsavedUse() {
        if (used == saved) {
            return Optional.empty();
        }
        saved = used;
        return Optional.of(Instant.ofEpochSecond(used));
    }
}

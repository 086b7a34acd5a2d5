package dev.floe.store.changes;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FileStamp;

/**
 * The state of a name in a directory, from a look until the kernel reports that it has changed. Becomes invalid once,
 * and never valid again: the next look makes another object.
 */
final class PathState {
    final @Nullable FileStamp identity; // null if nothing is there
    final @Nullable String target; // of a symbolic link
    private volatile boolean valid = true; // written under the tree's lock
    /** The stamp with times that are right; null if they must be looked at again. Written under the tree's lock. */
    private volatile @Nullable FileStamp stamp;

    PathState(@Nullable FileStamp identity, @Nullable String target) {
        this.identity = identity;
        this.target = target;
        this.stamp = identity;
    }

    boolean isValid() {
        return valid;
    }

    void invalidate() {
        valid = false;
    }

    boolean isAbsent() {
        return identity == null;
    }

    boolean isDirectory() {
        return identity != null && identity.isDirectory();
    }

    @Nullable
    FileStamp stamp() {
        return stamp;
    }

    void stamp(@Nullable FileStamp fresh) {
        stamp = fresh;
    }

    /** Whether a stamp is of the same file with the same permissions. */
    boolean isSame(FileStamp other) {
        FileStamp own = identity;
        return own != null && own.dev() == other.dev() && own.ino() == other.ino() && own.mode() == other.mode();
    }
}

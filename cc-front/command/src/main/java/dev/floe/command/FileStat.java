package dev.floe.command;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FileStamp;

/**
 * The answer of {@code lstat} for one path. Times are nanoseconds since 1970; {@code target} is a symbolic link's text,
 * and null for all else.
 */
public record FileStat(FileKind kind, int mode, long size, long mtimeNanos, long ctimeNanos, long device, long inode,
        @Nullable String target) {
    /** What a path names. */
    public enum FileKind {
        REGULAR, DIRECTORY, LINK, OTHER
    }

    /** @throws IllegalArgumentException unless exactly a link has a target */
    public FileStat {
        if ((kind == FileKind.LINK) != (target != null)) {
            throw new IllegalArgumentException(kind + " with target " + target);
        }
    }

    /** The permission bits, {@code 0} to {@code 07777}. */
    public int permissions() {
        return mode & 0xfff;
    }

    /** The same as a stamp, by which a change is noticed. */
    public FileStamp stamp() {
        return new FileStamp(device, inode, size, mtimeNanos, ctimeNanos, mode);
    }
}

package dev.floe.command.inputs;

import java.nio.file.Path;

import dev.floe.store.Digest;

/**
 * A file, directory or link of the exec root. Its path is absolute and its parent is a real directory, no link.
 */
public sealed interface Input {
    Path path();

    /** A directory, wanted even if nothing lies in it; {@code mode} is its permission bits. */
    record Directory(Path path, int mode) implements Input {}

    /** A symbolic link with its text. */
    record Link(Path path, String target) implements Input {}

    /**
     * A regular file.
     *
     * @param mode       permission bits
     * @param mtimeNanos time of last change, nanoseconds since 1970
     * @param keepTime   whether the tree must have this time, on an inode that no file outside of its group shares
     * @param group      equal for paths that are hard links to one file, which must stay one; 0 for all others
     */
    record File(Path path, int mode, Digest digest, long mtimeNanos, boolean keepTime, int group) implements Input {}
}

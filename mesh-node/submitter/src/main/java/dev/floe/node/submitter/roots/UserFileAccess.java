package dev.floe.node.submitter.roots;

import java.util.Optional;

/**
 * How the node comes at the files of a wrapper's user.
 *
 * @param readHere      whether the wrapper sees the files that the node sees, and has its user
 * @param root          below which the node may read; empty also if {@code readHere}
 * @param takesContents whether the wrapper copies a file whose descriptor is passed to it
 */
public record UserFileAccess(boolean readHere, Optional<UserRoot> root, boolean takesContents)
        implements
            AutoCloseable {
    /** All is asked of the wrapper, and given to it in frames. */
    public static final UserFileAccess BY_FRAMES = new UserFileAccess(false, Optional.empty(), false);

    @Override
    public void close() {
        root.ifPresent(UserRoot::close);
    }
}

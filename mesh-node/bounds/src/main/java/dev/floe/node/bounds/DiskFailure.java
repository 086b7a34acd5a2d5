package dev.floe.node.bounds;

import java.nio.file.AccessDeniedException;
import java.util.Locale;
import java.util.Optional;

/** The failure of this node's data disk, and what to do; without names of files, because peers read it. */
public final class DiskFailure {
    private static final int MAX_CAUSES = 16;

    private DiskFailure() {}

    /** Empty if the failure is of another kind. */
    public static Optional<String> of(Throwable failure) {
        Throwable now = failure;
        for (int i = 0; now != null && i < MAX_CAUSES; i++) {
            Optional<String> found = now instanceof AccessDeniedException
                    ? Optional.of(DENIED)
                    : ofText(String.valueOf(now.getMessage()).toLowerCase(Locale.ROOT));
            if (found.isPresent()) {
                return found;
            }
            now = now.getCause();
        }
        return Optional.empty();
    }

    private static final String DENIED = "the node may not write to its data directory; give it to the node's user, "
            + "or choose another --data-dir";

    private static Optional<String> ofText(String text) {
        if (text.contains("no space left")) {
            return Optional.of(
                    "the disk of its data directory is full, or has no inodes left (df, df -i); free some space there");
        }
        if (text.contains("quota exceeded")) {
            return Optional.of("the disk quota of the node's user is used up; free some space, or raise the quota");
        }
        if (text.contains("read-only file system")) {
            return Optional.of("its data directory is on a read-only file system; mount it writable");
        }
        if (text.contains("permission denied") || text.contains("operation not permitted")) {
            return Optional.of(DENIED);
        }
        if (text.contains("input/output error")) {
            return Optional.of("the disk of its data directory fails (input/output error); see the kernel's log");
        }
        return Optional.empty();
    }
}

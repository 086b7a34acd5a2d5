package dev.floe.store.changes;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FileStamp;

/** What a path led to when it was looked at, not following a link at its end. Safe for threads. */
public final class PathLook {
    private final List<PathState> links; // on the way
    private final PathNode node; // of what is there, or of the first thing on the way because of which nothing is
    private final PathState end; // the node's
    private final @Nullable FileStamp stamp;
    /** What the caller has made of it; a race only makes it twice. */
    private volatile @Nullable Object view;

    /** @param stamp null if nothing is there */
    PathLook(List<PathState> links, PathNode node, PathState end, @Nullable FileStamp stamp) {
        this.links = List.copyOf(links);
        this.node = node;
        this.end = end;
        this.stamp = stamp;
    }

    /** Whether nothing has been reported that would change the answer, apart from times. */
    boolean isValid() {
        if (!end.isValid()) {
            return false;
        }
        for (PathState link : links) {
            if (!link.isValid()) {
                return false;
            }
        }
        return true;
    }

    /** Whether the times must be looked at again. */
    boolean isStale() {
        return stamp != null && end.stamp() != stamp;
    }

    PathNode node() {
        return node;
    }

    PathState end() {
        return end;
    }

    List<PathState> links() {
        return links;
    }

    /** Null if nothing is there. */
    public @Nullable FileStamp stamp() {
        return stamp;
    }

    /** The text of a symbolic link; otherwise null. */
    public @Nullable String target() {
        return stamp == null ? null : end.target;
    }

    /** What the caller has made of it; null if that is nothing yet. */
    public @Nullable Object view() {
        return view;
    }

    public void view(Object made) {
        view = made;
    }
}

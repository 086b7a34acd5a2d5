package dev.floe.store.changes;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** A name in a real directory, with its watch. Belongs to a {@link WatchedTree}; guarded by its lock. */
final class PathNode {
    static final int UNWATCHED = -1;

    final @Nullable PathNode parent; // null above the root
    final String name;
    final String path;
    int watch = UNWATCHED;
    long device; // of the inode that is watched
    long inode;
    boolean refused; // a directory that cannot be watched
    @Nullable
    PathState state; // null if it was not looked at
    /** Valid until a name that matters appears in the directory or goes; null if nobody depends on its names. */
    @Nullable
    PathState names;
    /** Valid until any name appears or goes; null if nobody depends on all of them. */
    @Nullable
    PathState contents;
    private Map<String, PathNode> children = Map.of();

    PathNode(@Nullable PathNode parent, String name) {
        this.parent = parent;
        this.name = name;
        this.path = parent == null ? "/" : (parent.parent == null ? "" : parent.path) + "/" + name;
    }

    @Nullable
    PathNode child(String childName) {
        return children.get(childName);
    }

    void add(PathNode child) {
        if (children.isEmpty()) {
            children = new HashMap<>();
        }
        children.put(child.name, child);
    }

    boolean isWatched() {
        return watch != UNWATCHED;
    }

    /** Calls this for each node below and forgets them. */
    void removeChildren(Consumer<PathNode> removed) {
        Map<String, PathNode> gone = children;
        children = Map.of();
        gone.values().forEach(removed);
    }

    /** The state of the names in the directory, which is watched: of all, or of those that matter. */
    PathState namesState(boolean all) {
        PathState known = all ? contents : names;
        if (known == null) {
            known = new PathState(null, null);
            if (all) {
                contents = known;
            } else {
                names = known;
            }
        }
        return known;
    }

    /** A name has come or gone; returns whether somebody depends on that. */
    boolean changeNames(boolean matters) {
        if (state != null) {
            state.stamp(null);
        }
        boolean counts = contents != null || matters && names != null;
        if (contents != null) {
            contents.invalidate();
            contents = null;
        }
        if (matters && names != null) {
            names.invalidate();
            names = null;
        }
        return counts;
    }

    /** Nobody can depend on the names any more. */
    void forgetNames() {
        changeNames(true);
    }
}

package dev.floe.store.changes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FileStamp;
import dev.floe.store.changes.ChangeMonitorStats.UnwatchedReason;
import dev.floe.store.changes.kernel.KernelEvents;
import dev.floe.store.changes.kernel.MountTable;

/**
 * The names that were looked at, as a tree of real directories, with a watch for each directory on a way and for each
 * file at an end. Used under the monitor's lock.
 *
 * <p>A look is made after the watch that reports its end: the directory's for a name that is missing, a link, or a
 * directory; the file's own, too, for a file. So whatever changes after the look is reported. The watch of the file is
 * needed because of hard links: a write by another name is reported to that name's directory only, and that a second
 * name was made is not reported to the first one's directory at all.
 */
final class WatchedTree {
    private static final int MAX_LINKS = 40; // the kernel's bound for one walk
    private static final int TRIES = 3;
    private static final String PARENT = "..";

    private final NodeWatches watches;
    private PathNode root = new PathNode(null, "/");
    private MountTable mounts;
    private int nodes;

    WatchedTree(KernelEvents events, MountTable mounts, int maxWatches) {
        this.watches = new NodeWatches(events, maxWatches);
        this.mounts = mounts;
        plantRoot();
    }

    private void plantRoot() {
        root = new PathNode(null, "/");
        nodes = 1;
    }

    NodeWatches watches() {
        return watches;
    }

    int nodes() {
        return nodes;
    }

    /** Forgets everything; all states become invalid. The watches themselves are gone with their inotify instance. */
    void clear() {
        watches.clear(); // so that none is removed from the new instance
        invalidate(root);
        plantRoot();
    }

    /** Looks at a path; empty if the kernel would not report each change. */
    Optional<PathLook> look(Path spelled) throws IOException {
        Deque<String> rest = new ArrayDeque<>();
        push(spelled, rest);
        List<PathState> links = new ArrayList<>();
        PathNode at = root;
        PathState state = rootState();
        while (state != null && !rest.isEmpty()) {
            String name = rest.removeFirst();
            if (!state.isDirectory()) {
                return Optional.of(new PathLook(links, at, state, null));
            }
            if (name.equals(PARENT)) {
                at = at.parent == null ? root : at.parent;
                state = at.state;
            } else if (!name.equals(".")) {
                PathNode child = watches.watchDirectory(at) ? child(at, name) : null;
                state = child == null ? null : state(child);
                if (child == null || state == null) {
                    return Optional.empty();
                }
                if (state.isAbsent()) {
                    return Optional.of(new PathLook(links, child, state, null));
                }
                if (state.target != null && !rest.isEmpty()) {
                    links.add(state);
                    Path target = Path.of(state.target);
                    if (links.size() > MAX_LINKS || !isPlain(state.target)) {
                        return Optional.empty();
                    }
                    push(target, rest);
                    at = target.isAbsolute() ? root : at;
                    state = at.state;
                } else {
                    at = child;
                }
            }
        }
        FileStamp stamp = state == null ? null : stamp(at, state);
        return state == null || stamp == null
                ? Optional.empty()
                : Optional.of(new PathLook(links, at, state, stamp));
    }

    /** Whether the bytes of all names are their characters, so that they can be compared with those of events. */
    static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || text.charAt(i) > '~') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static void push(Path path, Deque<String> rest) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            rest.addFirst(path.getName(i).toString());
        }
    }

    /** The stamp with its times, which are looked at again where no watch reports them; null if it changes now. */
    private @Nullable FileStamp stamp(PathNode node, PathState state) throws IOException {
        FileStamp known = state.stamp();
        if (known != null) {
            return known;
        }
        boolean reported = state.isDirectory() && watches.watchDirectory(node);
        Optional<FileStamp> now = FileStamp.ifPresent(Path.of(node.path));
        if (now.isEmpty() || !state.isSame(now.get())) {
            return null;
        }
        if (reported) {
            state.stamp(now.get());
        }
        return now.get();
    }

    /** The node at a real path, if it was looked at. */
    @Nullable
    private PathNode find(String real) {
        PathNode at = root;
        for (String name : real.split("/")) {
            if (at != null && !name.isEmpty()) {
                at = at.child(name);
            }
        }
        return at;
    }

    private @Nullable PathState rootState() throws IOException {
        if (root.state == null || !root.state.isValid()) {
            FileStamp stamp = FileStamp.of(Path.of("/"));
            root.state = new PathState(stamp, null);
            root.state.stamp(null);
        }
        return root.state;
    }

    private PathNode child(PathNode directory, String name) {
        PathNode known = directory.child(name);
        if (known == null) {
            known = new PathNode(directory, name);
            directory.add(known);
            nodes++;
        }
        return known;
    }

    /** What is there by the last look, or by a new one; null if its changes would not be reported. */
    private @Nullable PathState state(PathNode node) throws IOException {
        PathState known = node.state;
        if (known != null && known.isValid()) {
            return known;
        }
        if (node.refused && !node.isWatched()) {
            return null;
        }
        String mounted = mounts.typeAt(node.path);
        if (mounted != null && !WatchableFileSystems.containsName(mounted)) {
            node.refused = true; // to look there may take for ever
            watches.refuse(UnwatchedReason.FILE_SYSTEM);
            return null;
        }
        for (int i = 0; i < TRIES; i++) {
            PathState fresh = lookOnce(node);
            if (fresh != null) {
                node.state = fresh;
                return fresh;
            }
            if (node.refused || watches.isExhausted()) {
                return null;
            }
        }
        watches.refuse(UnwatchedReason.CHANGING);
        return null;
    }

    private @Nullable PathState lookOnce(PathNode node) throws IOException {
        Path path = Path.of(node.path);
        Optional<FileStamp> seen = FileStamp.ifPresent(path);
        if (seen.isEmpty()) {
            watches.detach(node);
            return new PathState(null, null);
        }
        FileStamp stamp = seen.get();
        if (node.isWatched() && (node.device != stamp.dev() || node.inode != stamp.ino())) {
            watches.detach(node);
        }
        if (stamp.isSymbolicLink()) {
            return link(path, stamp);
        }
        if (!stamp.isRegularFile()) {
            PathState other = new PathState(stamp, null);
            other.stamp(null); // the times of a directory or a device change without an event here
            return other;
        }
        if (node.isWatched()) {
            return new PathState(stamp, null);
        }
        PathNode directory = node.parent;
        boolean sameSystem = directory != null && directory.state != null && directory.state.identity != null
                && directory.state.identity.dev() == stamp.dev();
        if (!sameSystem && !watches.isWatchable(node.path, stamp.dev())) {
            node.refused = true;
            watches.refuse(UnwatchedReason.FILE_SYSTEM);
            return null;
        }
        if (!watches.watchFile(node, stamp)) {
            return null;
        }
        Optional<FileStamp> again = FileStamp.ifPresent(path);
        boolean same = again.isPresent() && again.get().isRegularFile() && again.get().dev() == stamp.dev()
                && again.get().ino() == stamp.ino();
        return same ? new PathState(again.get(), null) : null;
    }

    private static @Nullable PathState link(Path path, FileStamp stamp) throws IOException {
        String target = Files.readSymbolicLink(path).toString();
        Optional<FileStamp> again = FileStamp.ifPresent(path);
        return again.isPresent() && again.get().equals(stamp) ? new PathState(stamp, target) : null;
    }

    /** What a node names may be something else by now, and so may everything below it. */
    void invalidate(PathNode node) {
        invalidateBelow(node);
        watches.detach(node);
        node.refused = false;
        if (node.state != null) {
            node.state.invalidate();
        }
    }

    private void invalidateBelow(PathNode node) {
        node.removeChildren(child -> {
            nodes--;
            invalidate(child);
        });
        node.forgetNames();
    }

    /** The kernel has removed a watch. */
    void forgetWatch(int watch) {
        watches.forget(watch).forEach(this::invalidate);
    }

    /** Compares the mount table, and invalidates what lies at or below a mount point that has changed. */
    boolean compareMounts(MountTable now) {
        boolean affected = false;
        for (String point : mounts.differences(now)) {
            PathNode node = find(point);
            if (node != null) {
                invalidate(node);
                affected = true;
            }
        }
        mounts = now;
        watches.mountsChanged();
        return affected;
    }
}

package dev.floe.store.changes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FileStamp;
import dev.floe.store.changes.ChangeMonitorStats.UnwatchedReason;

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

    private final KernelEvents events;
    private final int maxWatches;
    private final Map<Integer, List<PathNode>> byWatch = new HashMap<>(); // several: bind mounts, hard links
    private final Map<Long, Boolean> watchable = new HashMap<>(); // by device
    private final Map<UnwatchedReason, Integer> unwatched = new EnumMap<>(UnwatchedReason.class);
    private PathNode root = new PathNode(null, "/");
    private MountTable mounts;
    private int nodes;
    private boolean exhausted; // no watch is left

    WatchedTree(KernelEvents events, MountTable mounts, int maxWatches) {
        this.events = events;
        this.mounts = mounts;
        this.maxWatches = maxWatches;
        plantRoot();
    }

    private void plantRoot() {
        root = new PathNode(null, "/");
        nodes = 1;
    }

    int watches() {
        return byWatch.size();
    }

    int nodes() {
        return nodes;
    }

    boolean isExhausted() {
        return exhausted;
    }

    Map<UnwatchedReason, Integer> unwatched() {
        return Map.copyOf(unwatched);
    }

    /** Forgets everything; all states become invalid. The watches themselves are gone with their inotify instance. */
    void clear() {
        byWatch.clear(); // so that none is removed from the new instance
        invalidate(root);
        watchable.clear();
        unwatched.clear();
        exhausted = false;
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
                PathNode child = watch(at) ? child(at, name) : null;
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
        boolean reported = state.isDirectory() && watch(node);
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

    private boolean refuse(UnwatchedReason reason) {
        unwatched.merge(reason, 1, Integer::sum);
        return false;
    }

    /** Watches a directory whose state is known; false if that is not possible. */
    boolean watch(PathNode directory) throws IOException {
        if (directory.isWatched() || directory.refused) {
            return !directory.refused;
        }
        PathState state = directory.state;
        if (state == null || state.identity == null) {
            return false;
        }
        if (exhausted) {
            return false;
        }
        directory.refused = true;
        if (!isWatchable(directory.path, state.identity.dev())) {
            return refuse(UnwatchedReason.FILE_SYSTEM);
        }
        int watch = add(directory, InotifyMask.DIRECTORY, state.identity);
        if (watch < 0) {
            directory.refused = !exhausted;
            return false;
        }
        if (foldsCase(directory)) {
            detach(directory);
            return refuse(UnwatchedReason.CASE);
        }
        directory.refused = false;
        state.stamp(null); // names may have changed before the watch
        return true;
    }

    private boolean foldsCase(PathNode directory) {
        try {
            return events.foldsCase(directory.path);
        } catch (IOException _) {
            return true;
        }
    }

    private boolean isWatchable(String path, long device) throws IOException {
        Boolean known = watchable.get(device);
        if (known == null) {
            known = WatchableFileSystems.contains(events.fileSystemType(path));
            watchable.put(device, known);
        }
        return known;
    }

    /** Adds a watch for what a node's path leads to; negative if there is none. */
    private int add(PathNode node, int mask, FileStamp stamp) throws IOException {
        if (byWatch.size() >= maxWatches) {
            exhausted = true;
            refuse(UnwatchedReason.NO_WATCHES_LEFT);
            return -1;
        }
        int watch = events.add(node.path, mask);
        if (watch < 0) {
            exhausted = watch == -KernelCalls.ENOSPC;
            refuse(exhausted
                    ? UnwatchedReason.NO_WATCHES_LEFT
                    : watch == -KernelCalls.EACCES ? UnwatchedReason.PERMISSION : UnwatchedReason.CHANGING);
            return -1;
        }
        node.watch = watch;
        node.device = stamp.dev();
        node.inode = stamp.ino();
        byWatch.computeIfAbsent(watch, _ -> new ArrayList<>(1)).add(node);
        return watch;
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
            refuse(UnwatchedReason.FILE_SYSTEM);
            return null;
        }
        for (int i = 0; i < TRIES; i++) {
            PathState fresh = lookOnce(node);
            if (fresh != null) {
                node.state = fresh;
                return fresh;
            }
            if (node.refused || exhausted) {
                return null;
            }
        }
        refuse(UnwatchedReason.CHANGING);
        return null;
    }

    private @Nullable PathState lookOnce(PathNode node) throws IOException {
        Path path = Path.of(node.path);
        Optional<FileStamp> seen = FileStamp.ifPresent(path);
        if (seen.isEmpty()) {
            detach(node);
            return new PathState(null, null);
        }
        FileStamp stamp = seen.get();
        if (node.isWatched() && (node.device != stamp.dev() || node.inode != stamp.ino())) {
            detach(node);
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
        if (!sameSystem && !isWatchable(node.path, stamp.dev())) {
            node.refused = true;
            refuse(UnwatchedReason.FILE_SYSTEM);
            return null;
        }
        if (exhausted || add(node, InotifyMask.FILE, stamp) < 0) {
            node.refused = !exhausted;
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

    /** The nodes that a watch is for. */
    List<PathNode> watchedBy(int watch) {
        return List.copyOf(byWatch.getOrDefault(watch, List.of()));
    }

    /** What a node names may be something else by now, and so may everything below it. */
    void invalidate(PathNode node) {
        invalidateBelow(node);
        detach(node);
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

    private void detach(PathNode node) {
        if (!node.isWatched()) {
            return;
        }
        List<PathNode> sharing = byWatch.get(node.watch);
        if (sharing != null) {
            sharing.remove(node);
            if (sharing.isEmpty()) {
                byWatch.remove(node.watch);
                events.remove(node.watch);
                exhausted = false;
            }
        }
        node.watch = PathNode.UNWATCHED;
    }

    /** The kernel has removed a watch. */
    void forgetWatch(int watch) {
        List<PathNode> nodesOfIt = byWatch.remove(watch);
        if (nodesOfIt != null) {
            nodesOfIt.forEach(node -> node.watch = PathNode.UNWATCHED);
            nodesOfIt.forEach(this::invalidate);
        }
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
        watchable.clear();
        return affected;
    }
}

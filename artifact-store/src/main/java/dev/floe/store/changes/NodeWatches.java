package dev.floe.store.changes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.floe.store.FileStamp;
import dev.floe.store.changes.ChangeMonitorStats.UnwatchedReason;
import dev.floe.store.changes.kernel.InotifyMask;
import dev.floe.store.changes.kernel.KernelCalls;
import dev.floe.store.changes.kernel.KernelEvents;

/** The watches of the nodes of a {@link WatchedTree}, and the reasons why some have none. Used under its lock. */
final class NodeWatches {
    private final KernelEvents events;
    private final int maxWatches;
    private final Map<Integer, List<PathNode>> byWatch = new HashMap<>(); // several: bind mounts, hard links
    private final Map<Long, Boolean> watchable = new HashMap<>(); // by device
    private final Map<UnwatchedReason, Integer> unwatched = new EnumMap<>(UnwatchedReason.class);
    private boolean exhausted; // no watch is left

    NodeWatches(KernelEvents events, int maxWatches) {
        this.events = events;
        this.maxWatches = maxWatches;
    }

    int count() {
        return byWatch.size();
    }

    boolean isExhausted() {
        return exhausted;
    }

    Map<UnwatchedReason, Integer> unwatched() {
        return Map.copyOf(unwatched);
    }

    /** Forgets all, without a word to the kernel. */
    void clear() {
        byWatch.clear();
        watchable.clear();
        unwatched.clear();
        exhausted = false;
    }

    /** A device may be mounted in another way now. */
    void mountsChanged() {
        watchable.clear();
    }

    /** Counts a reason; returns false. */
    boolean refuse(UnwatchedReason reason) {
        unwatched.merge(reason, 1, Integer::sum);
        return false;
    }

    /** Watches a directory whose state is known; false if that is not possible. */
    boolean watchDirectory(PathNode directory) throws IOException {
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

    /** Watches a file; false if that is not possible. */
    boolean watchFile(PathNode file, FileStamp stamp) throws IOException {
        if (exhausted || add(file, InotifyMask.FILE, stamp) < 0) {
            file.refused = !exhausted;
            return false;
        }
        return true;
    }

    boolean isWatchable(String path, long device) throws IOException {
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

    /** The nodes that a watch is for. */
    List<PathNode> nodesOf(int watch) {
        return List.copyOf(byWatch.getOrDefault(watch, List.of()));
    }

    void detach(PathNode node) {
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

    /** The kernel has removed a watch; gives the nodes that it was for. */
    List<PathNode> forget(int watch) {
        List<PathNode> nodes = byWatch.remove(watch);
        if (nodes == null) {
            return List.of();
        }
        nodes.forEach(node -> node.watch = PathNode.UNWATCHED);
        return nodes;
    }
}

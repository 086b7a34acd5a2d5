package dev.floe.store.changes;

import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

/**
 * Notes at what a computation depends. Begun before the computation looks: what changes meanwhile makes the snapshot
 * invalid. Used by one thread.
 */
public final class LookSnapshotBuilder {
    private final FileChangeMonitor monitor;
    private final long position;
    private final Set<PathState> states = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean complete = true;

    LookSnapshotBuilder(FileChangeMonitor monitor) {
        this.monitor = monitor;
        this.position = monitor.position();
    }

    /** On all that a look at this path tells; of a directory also on its times, and so on every name in it. */
    public void path(Path path) {
        look(path).filter(look -> look.end().isDirectory() && look.stamp() != null)
                .ifPresent(look -> names(look, null));
    }

    /** On what is there and its permissions, and not on its times if it is a directory. */
    public void place(Path path) {
        look(path);
    }

    /**
     * On where a path leads, following a link at its end; of a directory also on every name in it if that is wanted.
     *
     * @param path absolute
     */
    public void destination(String path, boolean listed) {
        Optional<PathLook> look = complete ? monitor.lookThrough(path) : Optional.empty();
        add(look);
        if (listed) {
            look.ifPresent(found -> names(found, null));
        }
    }

    /**
     * On names in directories.
     *
     * @param hashes of the names
     */
    public void names(long[] hashes, Iterable<Path> directories) {
        monitor.addNames(hashes);
        for (Path directory : directories) {
            look(directory).ifPresent(look -> names(look, hashes));
        }
    }

    private void names(PathLook directory, long @org.jspecify.annotations.Nullable [] hashes) {
        Optional<PathState> state = monitor.dependOnNames(directory, hashes);
        state.ifPresentOrElse(states::add, () -> complete = false);
    }

    private Optional<PathLook> look(Path path) {
        Optional<PathLook> look = complete ? monitor.look(path) : Optional.empty();
        add(look);
        return look;
    }

    private void add(Optional<PathLook> look) {
        if (look.isEmpty()) {
            complete = false;
        } else {
            states.add(look.get().end());
            states.addAll(look.get().links());
        }
    }

    /** Empty if something is not watched. */
    public Optional<LookSnapshot> build() {
        return complete ? Optional.of(new LookSnapshot(monitor, states, position)) : Optional.empty();
    }
}

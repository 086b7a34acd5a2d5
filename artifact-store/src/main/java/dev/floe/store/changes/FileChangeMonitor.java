package dev.floe.store.changes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FailureText;
import dev.floe.store.changes.kernel.InotifyEvents;
import dev.floe.store.changes.kernel.KernelEvents;
import dev.floe.store.changes.kernel.MountTable;

/**
 * Remembers looks at files, and learns from the kernel (inotify) which of them are no longer right. For a local file
 * system an event is queued before the system call that makes the change returns. So whoever calls {@link #drain},
 * which does not wait, knows of each change that was complete before the call.
 *
 * <p>What the kernel does not report is not remembered, and {@link #look} says so: the caller looks itself. Not
 * reported, and so not known, are writes through a mapping of a file (mmap) or by Linux AIO until the file is closed or
 * unmapped, and writes to the upper directory of an overlay through the overlay.
 *
 * <p>Safe for threads. Bounded: at most {@link #MAX_NODES} names and so many watches; at the bound of names all is
 * forgotten, at that of watches nothing new is watched for a while.
 */
public final class FileChangeMonitor implements AutoCloseable {
    /** Some 200 bytes each. */
    private static final int MAX_NODES = 400_000;
    private static final int MAX_LOOKS = 100_000;
    /** Each keeps an inode in the kernel's memory, about a kilobyte. */
    private static final int MAX_WATCHES = 65_536;
    private static final int SHARE_OF_USER = 2; // of what the user may have, because others watch too
    private static final Duration BETWEEN_RESETS = Duration.ofMinutes(10);
    private static final String OFF = "change notification is turned off";

    private final EventsOpener opener;
    private final InstantSource clock;
    private final int wantedWatches;
    private final Object lock = new Object(); // the last that a thread takes; guards what is not final or concurrent
    private final Map<Path, PathLook> looks = new ConcurrentHashMap<>();
    private final DependedNames names;
    private @Nullable KernelEvents events; // null if nothing is watched
    private @Nullable WatchedTree tree;
    private String why = OFF;
    private int maxWatches;
    private Instant lastReset = Instant.EPOCH;
    private long received;
    private long overflows;
    private long mountChanges;
    private long resets;
    private volatile boolean active;
    /** Moves whenever something becomes invalid. */
    private final AtomicLong position = new AtomicLong(1);

    /** Opens the source of events. */
    @FunctionalInterface
    interface EventsOpener {
        KernelEvents open() throws IOException;
    }

    /**
     * A monitor that watches nothing until it is started.
     *
     * @param hash of the names that are given to {@link LookSnapshotBuilder#names}
     */
    public FileChangeMonitor(ToLongFunction<String> hash, InstantSource clock) {
        this(InotifyEvents::new, hash, clock, MAX_WATCHES);
    }

    FileChangeMonitor(EventsOpener opener, ToLongFunction<String> hash, InstantSource clock, int wantedWatches) {
        this.opener = opener;
        this.names = new DependedNames(hash);
        this.clock = clock;
        this.wantedWatches = wantedWatches;
    }

    /** Begins to watch. Where the kernel refuses, nothing is watched, and {@link #stats} has the reason. */
    public void start() {
        synchronized (lock) {
            try {
                maxWatches = Math.min(wantedWatches, InotifyEvents.userLimit() / SHARE_OF_USER);
                KernelEvents opened = opener.open();
                events = opened;
                tree = new WatchedTree(opened, MountTable.read(), maxWatches);
                why = "";
                active = true;
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    /** Receives all changes that were complete before this call. Costs one system call if there are none. */
    public void drain() {
        if (!active) {
            return;
        }
        synchronized (lock) {
            KernelEvents source = events;
            WatchedTree known = tree;
            if (source == null || known == null) {
                return;
            }
            EventReceiver receiver = new EventReceiver(known, names, position);
            try {
                source.drain(receiver);
                received += receiver.received();
                if (receiver.hasOverflowed()) {
                    overflows++;
                    reset();
                } else if (receiver.haveMountsChanged()) {
                    mountChanges++;
                    if (known.compareMounts(MountTable.read())) {
                        position.incrementAndGet();
                    }
                }
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    /**
     * Looks at a path, not following a link at its end, unless what is remembered of it is right as of the last drain.
     *
     * @param path absolute
     * @return empty if changes of it would not be reported; the caller looks itself then
     */
    public Optional<PathLook> look(Path path) {
        PathLook known = looks.get(path);
        if (known != null && known.isValid() && !known.isStale()) {
            return Optional.of(known);
        }
        if (!active || !WatchedTree.isPlain(path.toString())) {
            return Optional.empty();
        }
        synchronized (lock) {
            return lookAgain(path);
        }
    }

    private Optional<PathLook> lookAgain(Path path) {
        Optional<PathLook> fresh = lookInTree(path);
        if (looks.size() > MAX_LOOKS) {
            looks.clear();
        }
        fresh.ifPresentOrElse(look -> looks.put(path, look), () -> looks.remove(path));
        return fresh;
    }

    private Optional<PathLook> lookInTree(Path path) {
        WatchedTree known = tree;
        if (known == null) {
            return Optional.empty();
        }
        try {
            boolean full = known.watches().isExhausted() && lastReset.plus(BETWEEN_RESETS).isBefore(clock.instant());
            if (known.nodes() > MAX_NODES || full) {
                resets++;
                reset();
            }
            return known.look(path);
        } catch (IOException _) {
            return Optional.empty(); // the caller's own look has the words
        }
    }

    /** The same of what the path leads to if a link is at its end; not remembered by its spelling. */
    Optional<PathLook> lookThrough(String path) {
        if (!active || !WatchedTree.isPlain(path)) {
            return Optional.empty();
        }
        synchronized (lock) {
            return lookInTree(Path.of(path, "."));
        }
    }

    /** Forgets everything. */
    private void reset() throws IOException {
        if (events != null && tree != null) {
            events.restart();
            tree.clear();
        }
        looks.clear();
        names.clear();
        lastReset = clock.instant();
        position.incrementAndGet();
    }

    private void fail(IOException e) {
        active = false;
        why = FailureText.of(e);
        if (tree != null) {
            tree.clear();
            tree = null;
        }
        if (events != null) {
            events.close();
            events = null;
        }
        looks.clear();
        position.incrementAndGet();
    }

    /** Notes at what a computation looks; begun before it looks. Empty if nothing is watched. */
    public Optional<LookSnapshotBuilder> newSnapshot() {
        return active ? Optional.of(new LookSnapshotBuilder(this)) : Optional.empty();
    }

    /** Moves whenever something that was looked at has changed. */
    public long position() {
        return position.get();
    }

    /** Depends on names in a directory: on these, by their hashes, or on all if that is null. */
    Optional<PathState> dependOnNames(PathLook directory, long @Nullable [] hashes) {
        synchronized (lock) {
            WatchedTree known = tree;
            if (known == null || !directory.isValid() || !directory.end().isDirectory()) {
                return Optional.empty();
            }
            try {
                if (!known.watches().watchDirectory(directory.node())) {
                    return Optional.empty();
                }
            } catch (IOException _) {
                return Optional.empty();
            }
            return Optional.of(directory.node().namesState(hashes == null));
        }
    }

    /** From now on the coming and going of these names counts. */
    void addNames(long[] hashes) {
        synchronized (lock) {
            names.add(hashes);
        }
    }

    public ChangeMonitorStats stats() {
        synchronized (lock) {
            WatchedTree known = tree;
            return new ChangeMonitorStats(why, known == null ? 0 : known.watches().count(), maxWatches,
                    new ChangeMonitorStats.ChangeCounts(received, overflows, mountChanges, resets),
                    known == null ? Map.of() : known.watches().unwatched());
        }
    }

    /** Nothing is watched any more. */
    @Override
    public void close() {
        synchronized (lock) {
            fail(new IOException("the node stops"));
        }
    }
}

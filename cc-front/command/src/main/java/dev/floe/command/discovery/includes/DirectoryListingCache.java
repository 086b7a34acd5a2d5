package dev.floe.command.discovery.includes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.store.BoundedMap;

/**
 * Remembers which names directories hold, for as long as their stat stays the same; a directory that changed within the
 * two seconds before it was read is read again each time, because two changes may bear the same time. Bounded, safe for
 * threads.
 */
public final class DirectoryListingCache {
    private static final int MAX_DIRECTORIES = 4_000;
    /** Two seconds, unless tests shorten it on a file system that is known to tick faster. */
    static final long SETTLED_NANOS = Long.getLong("floe.settlingMillis", 2_000) * 1_000_000;
    private static final int TRIES = 3;
    private static final int LONG = 3; // times as many names as are sought

    private final InstantSource clock;
    private final Map<Path, DirectoryListing> remembered = BoundedMap.concurrent(MAX_DIRECTORIES);

    /**
     * What a directory held.
     *
     * @param readNanos when it was read, nanoseconds since 1970
     * @param settled   whether its stat stands for its names
     */
    public record DirectoryListing(FileStat stat, HashedNameSet names, long readNanos, boolean settled) {}

    public DirectoryListingCache(InstantSource clock) {
        this.clock = clock;
    }

    /** The names in {@code directory}, whose stat is {@code stat}; empty if they cannot be known. */
    public Optional<DirectoryListing> of(Path directory, FileStat stat, HostAccess machine) throws IOException {
        DirectoryListing known = settled(directory, stat);
        if (known != null) {
            return Optional.of(known);
        }
        FileStat before = stat;
        for (int i = 0; i < TRIES; i++) {
            long now = now();
            Optional<List<String>> names = machine.list(directory);
            Optional<FileStat> after = machine.lstatNow(directory);
            if (names.isEmpty() || after.isEmpty()) {
                return Optional.empty();
            }
            if (after.get().equals(before)) {
                boolean settled = Math.max(before.mtimeNanos(), before.ctimeNanos()) <= now - SETTLED_NANOS;
                DirectoryListing contents = new DirectoryListing(before, HashedNameSet.of(names.get()), now, settled);
                remembered.put(directory, contents);
                return Optional.of(contents);
            }
            before = after.get();
        }
        return Optional.empty();
    }

    /**
     * {@link HashedNameSet#common} of some names with those in {@code directory}, whose stat is {@code stat}; empty if
     * it cannot be known. A few names are looked for one by one in a long directory that has changed, as one does in
     * which objects appear beside their sources.
     */
    public OptionalLong common(HashedNameSet names, Path directory, FileStat stat, HostAccess machine)
            throws IOException {
        DirectoryListing last = last(directory);
        if (last != null && settled(directory, stat) == null && !names.spelled().isEmpty()
                && last.names().size() > LONG * names.size()) {
            return look(names, directory, machine);
        }
        Optional<DirectoryListing> contents = of(directory, stat, machine);
        return contents.isEmpty() ? OptionalLong.empty() : OptionalLong.of(names.common(contents.get().names()));
    }

    private static OptionalLong look(HashedNameSet names, Path directory, HostAccess machine) throws IOException {
        List<String> sought = names.spelled().stream().filter(name -> !name.equals("..") && !name.equals(".")).toList();
        List<Optional<FileStat>> found = machine.lstat(sought.stream().map(directory::resolve).toList());
        return OptionalLong.of(names.common(HashedNameSet.of(IntStream.range(0, sought.size())
                .filter(i -> found.get(i).isPresent()).mapToObj(sought::get).toList())));
    }

    /** What a directory with this stat holds, if that is known. */
    public @Nullable DirectoryListing settled(Path directory, FileStat stat) {
        DirectoryListing known = last(directory);
        return known != null && known.settled() && known.stat().equals(stat) ? known : null;
    }

    /** What was last read of a directory. */
    public @Nullable DirectoryListing last(Path directory) {
        return remembered.get(directory);
    }

    long now() {
        return clock.millis() * 1_000_000;
    }
}

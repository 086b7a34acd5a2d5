package dev.floe.front.discovery;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.floe.front.FileStat;

/**
 * Remembers which names directories lack, for as long as their stat stays the same: a name cannot appear without changing
 * its directory's times. A directory that changed within the clock's last two seconds is not trusted, because two changes
 * may then bear the same time. Bounded: a directory too many, or one with too many names, starts again. Safe for threads.
 */
final class AbsenceMemory {
    private static final int MAX_DIRECTORIES = 2_000;
    private static final int MAX_NAMES = 10_000;
    private static final long SETTLED_NANOS = 2_000_000_000L;

    private record Absent(FileStat directory, Set<String> names) {}

    private final InstantSource clock;
    /** Guarded by itself; the sets in it are safe to look into. */
    private final Map<Path, Absent> remembered = new LinkedHashMap<>(64, 0.75f, true);

    AbsenceMemory(InstantSource clock) {
        this.clock = clock;
    }

    /** Names that a directory lacks while it has this state; for looking only. */
    Set<String> of(Path directory, FileStat stat) {
        synchronized (remembered) {
            Absent absent = remembered.get(directory);
            return absent != null && absent.directory().equals(stat) ? absent.names() : Set.of();
        }
    }

    /** Notes that a look after {@code stat} found no such name. */
    void note(Path directory, FileStat stat, String name) {
        long now = clock.millis() * 1_000_000;
        if (Math.max(stat.mtimeNanos(), stat.ctimeNanos()) > now - SETTLED_NANOS || stat.inode() == 0) {
            return;
        }
        synchronized (remembered) {
            @Nullable
            Absent absent = remembered.get(directory);
            if (absent == null || !absent.directory().equals(stat) || absent.names().size() >= MAX_NAMES) {
                absent = new Absent(stat, ConcurrentHashMap.newKeySet());
                remembered.put(directory, absent);
                if (remembered.size() > MAX_DIRECTORIES) {
                    remembered.remove(remembered.keySet().iterator().next());
                }
            }
            absent.names().add(name);
        }
    }
}

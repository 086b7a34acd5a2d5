package dev.floe.toolchain.locate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.floe.store.FileDigestCache;
import dev.floe.store.FileStamp;
import dev.floe.toolchain.Toolchain;

/**
 * A toolchain that was found on this machine, and what it rests on there.
 *
 * @param drivers real paths of the programs that users call: gcc, g++, … of one version; a link to one of them is as
 *                good
 * @param programs tools that the driver finds through {@code PATH}, by name, with their paths; a job whose own {@code
 *        PATH} leads to another file under that name is not what this toolchain would do
 * @param stamps every file, link and directory whose change may make this another toolchain
 * @param absent paths where nothing was, and where something would make this another toolchain
 */
public record FoundToolchain(Toolchain toolchain, List<Path> drivers, Map<String, Path> programs,
        Map<Path, FileStamp> stamps,
        Set<Path> absent) {
    public FoundToolchain {
        drivers = List.copyOf(drivers);
        programs = Map.copyOf(programs);
        stamps = Map.copyOf(stamps);
        absent = Set.copyOf(absent);
    }

    /**
     * When the last of its files was changed. A change that follows at once may not be seen in a stamp ({@link
     * FileDigestCache}).
     */
    public Instant lastChange() {
        long nanos = stamps.values().stream().mapToLong(stamp -> Math.max(stamp.mtimeNanos(), stamp.ctimeNanos())).max()
                .orElse(0);
        return Instant.ofEpochSecond(0, nanos);
    }
}

package dev.floe.command.discovery.includes;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;

/**
 * A name in a directory, and what was last seen of it. Belongs to a {@link PathLookupCache}, which alone writes to it.
 */
final class CachedEntry {
    final @Nullable CachedEntry directory; // null above the root
    final String name;
    Map<String, CachedEntry> names = Map.of();
    @Nullable
    Path path;
    @Nullable
    FileStat stat; // null if nothing is there
    @Nullable
    FileStat lacking; // the directory's, if it stands for the lack of this name
    long seen; // in which search

    CachedEntry(@Nullable CachedEntry directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    Path path() {
        Path known = path;
        if (known == null) {
            known = directory == null ? Path.of(name) : directory.path().resolve(name);
            path = known;
        }
        return known;
    }

    String name() {
        return name;
    }

    Optional<CachedEntry> directory() {
        return Optional.ofNullable(directory);
    }

    @Nullable
    FileStat stat() {
        return stat;
    }

    /** What decides where a walk continues: the text of a link, and the kind of anything that is no link. */
    Object signature() {
        FileStat now = stat;
        return now == null ? "" : now.kind() == FileKind.LINK ? "/" + now.target() : now.kind();
    }
}

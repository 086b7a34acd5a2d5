package dev.floe.command;

import java.nio.file.Path;

/** The scope in which the result of a command may be reused: nowhere, at the same paths, or anywhere. */
public sealed interface CacheScope {
    /** Not at all: two plain compiles of the same inputs differ. */
    record None(String reason) implements CacheScope {}

    /** Where all paths are the same. */
    record Exact() implements CacheScope {}

    /**
     * Wherever the project lies: nothing but the names of inputs and outputs depends on the place.
     *
     * @param root   the directory that stands for the project, and holds the working directory or is it
     * @param mapped whether the command spells the root and maps it away; where the working directory lies below the
     *               root matters then
     */
    record Portable(Path root, boolean mapped) implements CacheScope {}
}

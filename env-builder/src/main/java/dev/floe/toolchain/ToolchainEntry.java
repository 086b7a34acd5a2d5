package dev.floe.toolchain;

import dev.floe.store.Digest;

/** Something in a toolchain's tree. Paths are relative to the root, as {@code usr/bin/gcc-12}. */
public sealed interface ToolchainEntry {
    String path();

    /** @param mode 0755 for what may be executed, 0644 for all else */
    record FileEntry(String path, int mode, Digest digest) implements ToolchainEntry {
        public static final int PROGRAM = 0755;
        public static final int DATA = 0644;
    }

    /** A symbolic link, its target as it stood on the machine that the toolchain came from. */
    record LinkEntry(String path, String target) implements ToolchainEntry {}

    record DirectoryEntry(String path) implements ToolchainEntry {}
}

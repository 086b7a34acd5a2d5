package dev.floe.node.toolchains.imported;

import dev.floe.toolchain.index.ToolchainIndex;

/**
 * A toolchain that was made of an environment.
 *
 * @param compilers paths of its drivers are those in the sandbox
 * @param file      name of the archive that it came in, for people
 */
public record ImportedToolchain(ToolchainIndex.Compilers compilers, String file) {
    /** In words: its driver, and where that came from. */
    public String name() {
        return (compilers.c().isPresent() ? compilers.c().get() : "a compiler") + " of " + file;
    }
}

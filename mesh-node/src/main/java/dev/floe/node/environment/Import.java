package dev.floe.node.environment;

import dev.floe.toolchain.find.ToolchainIndex;

/**
 * A toolchain that was made of an environment.
 *
 * @param compilers paths of its drivers are those in the sandbox
 * @param file      name of the archive that it came in, for people
 */
public record Import(ToolchainIndex.Compilers compilers, String file) {
    /** In words: its driver, and where that came from. */
    public String name() {
        return (compilers.c().isPresent() ? compilers.c().get() : "a compiler") + " of " + file;
    }
}

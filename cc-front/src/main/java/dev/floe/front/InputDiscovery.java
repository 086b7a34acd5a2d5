package dev.floe.front;

import java.io.IOException;

/** Finds everything that a compile may read besides its toolchain. */
public interface InputDiscovery {
    /**
     * The command's inputs as they are now, or why they cannot be known.
     *
     * @param toolchain that the command's compiler is
     * @throws IOException if the machine could not be asked
     */
    Discovery discover(CompileCommand command, String toolchain, Machine machine) throws IOException;
}

package dev.floe.node.submit;

import java.nio.file.Path;
import java.time.Duration;

import dev.floe.front.Machine;
import dev.floe.toolchain.ToolchainId;

/** Which toolchain a compiler on this machine is. */
public interface CompilerToolchains {
    /** What is known of a compiler. */
    sealed interface Knowledge {
        /** @param bytes what a node without it must fetch */
        record Known(ToolchainId id, String architecture, long bytes) implements Knowledge {}

        /** It is being packed and verified, and was not ready in time. */
        record Preparing() implements Knowledge {}

        record Unusable(String reason) implements Knowledge {}
    }

    /**
     * Looks a compiler up; one that is not known yet is packed and verified in the background.
     *
     * @param machine  runs the compiler to ask it
     * @param patience how long to wait for that
     */
    Knowledge of(Path compiler, Machine machine, Duration patience);
}

package dev.floe.node.submit;

import java.nio.file.Path;
import java.time.Duration;

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
     * Looks a compiler up; one that is not known yet is packed and tried in the background.
     *
     * @param searchPath the PATH with which the compiler will run
     * @param mayRun     whether the node may run this compiler under its own identity
     * @param patience   how long to wait for a toolchain that is not ready
     */
    Knowledge of(Path compiler, String searchPath, boolean mayRun, Duration patience);
}

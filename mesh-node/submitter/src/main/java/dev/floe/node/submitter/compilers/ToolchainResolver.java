package dev.floe.node.submitter.compilers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;

/** Resolves a compiler of this machine to its toolchain. */
public interface ToolchainResolver {
    /** What is known of a compiler. */
    sealed interface Resolution {
        /**
         * @param bytes what a node without it must fetch
         * @param gap   why its compiles are not observed; empty if they are
         */
        record Resolved(ToolchainId id, ToolchainFamily family, String architecture, long bytes, Optional<String> gap)
                implements
                    Resolution {
            /** Whose command line its compilers speak, whatever their names. */
            public CompilerFamily commandLine() {
                return switch (family) {
                    case GCC -> CompilerFamily.GCC;
                    case CLANG -> CompilerFamily.CLANG;
                };
            }
        }

        /** It is being packed and verified, and was not ready in time. */
        record Preparing() implements Resolution {}

        record Unusable(String reason) implements Resolution {}
    }

    /** Who calls a compiler. */
    sealed interface Caller {
        /**
         * A process that sees the files that this node sees.
         *
         * @param mayRun whether the node may run the compiler under its own identity
         */
        record Native(boolean mayRun) implements Caller {}

        /**
         * A process with files of its own, as in a container or a chroot: another compiler may have the same path
         * there.
         *
         * @param view    its user, mount namespace and root
         * @param machine asks the process
         */
        record Foreign(String view, HostAccess machine) implements Caller {}
    }

    /**
     * Looks a compiler up, in the files of its caller. One that is not known yet is packed and tried: in the background
     * for a native caller, at once for a foreign one, whose files are there only while it waits.
     *
     * @param searchPath the PATH with which the compiler will run
     * @param patience   how long to wait for a toolchain that another thread makes
     */
    Resolution of(Path compiler, String searchPath, Caller caller, Duration patience) throws IOException;
}

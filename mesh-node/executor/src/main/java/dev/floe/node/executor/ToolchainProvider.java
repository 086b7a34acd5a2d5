package dev.floe.node.executor;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.toolchain.ToolchainId;

/** Provides the toolchains of an executor. */
public interface ToolchainProvider {
    /** Begins to open the toolchain if it is on this node's disk, so that it is there sooner. Does not block. */
    default void prepare(ToolchainId id) {
        // it is opened when it is needed
    }

    /** The toolchain if it is unpacked here and has been opened. */
    Optional<LocalToolchain> getIfPresent(ToolchainId id);

    /** Why jobs for a toolchain cannot be taken now, although it might be fetched; in words for its submitter. */
    default Optional<String> trouble(ToolchainId id) {
        return Optional.empty();
    }

    /** Fetches the toolchain from whoever holds it; several callers share one fetch. */
    CompletableFuture<LocalToolchain> getOrFetch(ToolchainId id);

    /** Drops a toolchain that was found damaged, so that it is fetched again; nothing if that has been done since. */
    void evict(LocalToolchain damaged) throws IOException;
}

package dev.floe.node.toolchains.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import dev.floe.node.toolchains.relay.HolderFailedException;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry.FileEntry;
import dev.floe.toolchain.ToolchainId;

/** Gets parts of toolchains from the mesh. */
public interface ToolchainFileSource {
    /** A mesh in which no node has any. */
    ToolchainFileSource NONE = new ToolchainFileSource() {
        @Override
        public Toolchain manifest(ToolchainId id) throws IOException {
            throw new HolderFailedException("no node of the mesh sends files of toolchain " + id.brief());
        }

        @Override
        public void fetch(Toolchain toolchain, List<FileEntry> wanted, Path scratch, FileReceiver receiver)
                throws IOException {
            throw new HolderFailedException("no node of the mesh sends files of toolchain " + toolchain.id().brief());
        }
    };

    /** Takes a file that was received, and moves it where it belongs. */
    @FunctionalInterface
    interface FileReceiver {
        void receive(FileEntry file, Path bytes) throws IOException;

        /** Bytes have come of files that are not whole yet. */
        default void progress(long bytes) {
            // nobody waits for them
        }
    }

    /** What a toolchain consists of, verified. */
    Toolchain manifest(ToolchainId id) throws IOException;

    /**
     * Gets files of a toolchain, each verified.
     *
     * @param wanted  in the order of the manifest
     * @param scratch a directory for files that are not whole yet
     */
    void fetch(Toolchain toolchain, List<FileEntry> wanted, Path scratch, FileReceiver receiver) throws IOException;
}

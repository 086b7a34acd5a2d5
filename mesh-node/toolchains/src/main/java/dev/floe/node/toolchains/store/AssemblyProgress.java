package dev.floe.node.toolchains.store;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry.FileEntry;

/**
 * The files that a toolchain has already while it is assembled, so that peers can have them before it is complete.
 * Thread-safe.
 */
final class AssemblyProgress {
    private final Toolchain toolchain;
    private final Path tree;
    private final Set<String> present = new HashSet<>(); // paths; this and received: guarded by this object
    private long received;

    AssemblyProgress(Toolchain toolchain, Path tree) {
        this.toolchain = toolchain;
        this.tree = tree;
    }

    Toolchain toolchain() {
        return toolchain;
    }

    /** Where the files are; it gets another name when the toolchain is complete. */
    Path tree() {
        return tree;
    }

    /** A verified file is in its place. */
    synchronized void add(FileEntry file) {
        present.add(file.path());
        received++;
        notifyAll();
    }

    /** Bytes have come of files that are not complete. */
    synchronized void receive(long bytes) {
        received += bytes;
    }

    /** A number that grows as long as the assembly goes on. */
    synchronized long received() {
        return received;
    }

    synchronized boolean has(Collection<FileEntry> files) {
        return files.stream().allMatch(file -> present.contains(file.path()));
    }

    /** Waits until the files are there, but no longer than a time; whether they are. */
    synchronized boolean await(Collection<FileEntry> files, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (!has(files)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}

package dev.floe.node.submitter.wrapper.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.floe.store.FileStamp;

/**
 * The view of the file system that a process has: its mount namespace and its root. A wrapper in a container or a
 * chroot has other files behind the same names, so the node must not look for itself even if both have one user.
 */
public final class FileSystemView {
    /** This node's own, in the wrapper's notation; empty if it cannot be known, which equals no wrapper's. */
    static final String OWN = own();

    private FileSystemView() {}

    /** Whether a wrapper that says {@code view} sees the files that this node sees. */
    public static boolean isOwn(String view) {
        return !view.isEmpty() && view.equals(OWN);
    }

    private static String own() {
        try {
            FileStamp root = FileStamp.of(Path.of("/"));
            return Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")) + " " + Long.toUnsignedString(root.dev()) + ":"
                    + Long.toUnsignedString(root.ino());
        } catch (IOException _) {
            return "";
        }
    }
}

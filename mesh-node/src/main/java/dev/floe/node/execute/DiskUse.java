package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

import dev.floe.store.FileStamp;

/** How much a job has on the disk while it runs: the kernel bounds each file, and nobody their sum. */
final class DiskUse {
    private static final int MOST_FILES = 100_000;

    private DiskUse() {}

    /**
     * Whether the files below {@code directories} are more than a job may have, by number or by bytes. Follows no link; what vanishes or
     * cannot be looked at meanwhile does not count.
     */
    static boolean exceeds(Collection<Path> directories, long maxBytes) {
        Deque<Path> left = new ArrayDeque<>(directories);
        long bytes = 0;
        int files = 0;
        while (!left.isEmpty()) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(left.remove())) {
                for (Path entry : entries) {
                    FileStamp stamp = FileStamp.ofLink(entry);
                    bytes += stamp.isRegularFile() ? stamp.size() : 0;
                    if (++files > MOST_FILES || bytes > maxBytes) {
                        return true;
                    }
                    if (stamp.isDirectory()) {
                        left.add(entry);
                    }
                }
            } catch (IOException | java.nio.file.DirectoryIteratorException _) {
                // gone meanwhile, or closed by the job
            }
        }
        return false;
    }
}

package dev.floe.store.sync;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Set;

import dev.floe.store.descriptors.SystemCall;

/** Whether the file system of a directory commits changes of names and sizes in the order in which they were made. */
@FunctionalInterface
interface CommitOrder {
    /** By the type that statfs(2) gives: ext4 (also ext3) and xfs. */
    CommitOrder OF_FILE_SYSTEM = directory -> FileSystemTypes.KEPT.contains(FileSystemTypes.of(directory));

    boolean isKept(Path directory);

    /** The types of file systems. */
    final class FileSystemTypes {
        private static final Set<Long> KEPT = Set.of(0xef53L, 0x58465342L);
        private static final int STATFS_BYTES = 256; // the structure has 120 on 64-bit Linux

        private FileSystemTypes() {}

        private static long of(Path directory) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment path = arena.allocateFrom(directory.toString());
                MemorySegment found = arena.allocate(STATFS_BYTES, Long.BYTES);
                long failed = SystemCall.STATFS.call(path.address(), found.address(), 0);
                return failed < 0 ? failed : found.get(ValueLayout.JAVA_LONG, 0) & 0xffffffffL;
            }
        }
    }
}

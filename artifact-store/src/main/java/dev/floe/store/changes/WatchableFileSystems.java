package dev.floe.store.changes;

import java.util.Map;

/**
 * The file systems whose every change by a process of this machine is queued before the system call that makes it
 * returns. Others change behind the kernel's back (NFS, FUSE), or pass writes to the files of another one (overlayfs).
 */
final class WatchableFileSystems {
    /** By the number that {@code statfs} gives; ext2, ext3 and ext4 have one. */
    private static final Map<Long, String> BY_TYPE = Map.of(0xef53L, "ext4", 0x58465342L, "xfs", 0x9123683eL, "btrfs",
            0xf2f52010L, "f2fs", 0x01021994L, "tmpfs");
    private static final Map<String, Boolean> NAMES = Map.of("ext2", true, "ext3", true, "ext4", true, "xfs", true,
            "btrfs", true, "f2fs", true, "tmpfs", true, "devtmpfs", true);

    private WatchableFileSystems() {}

    static boolean contains(long type) {
        return BY_TYPE.containsKey(type);
    }

    /** @param name as the mount table has it */
    static boolean containsName(String name) {
        return NAMES.containsKey(name);
    }
}

package dev.floe.store.changes;

/** The bits of inotify events (inotify(7)), and those that are asked for. */
final class InotifyMask {
    static final int MODIFY = 0x2;
    static final int ATTRIB = 0x4;
    static final int CLOSE_WRITE = 0x8;
    static final int MOVED_FROM = 0x40;
    static final int MOVED_TO = 0x80;
    static final int CREATE = 0x100;
    static final int DELETE = 0x200;
    static final int DELETE_SELF = 0x400;
    static final int MOVE_SELF = 0x800;
    static final int UNMOUNT = 0x2000;
    static final int QUEUE_OVERFLOW = 0x4000;
    static final int IGNORED = 0x8000;
    private static final int ONLY_DIRECTORY = 0x1000000;
    private static final int DONT_FOLLOW = 0x2000000;

    /** The names in a directory change. */
    static final int NAMES = MOVED_FROM | MOVED_TO | CREATE | DELETE;

    /**
     * Of a directory. It does not ask for MODIFY and CLOSE_WRITE, which a build causes for each object that it writes:
     * files that matter have watches of their own.
     */
    static final int DIRECTORY = NAMES | ATTRIB | DELETE_SELF | MOVE_SELF | ONLY_DIRECTORY | DONT_FOLLOW;

    /** Of a file: it sees writes by each of the file's names, and the link count when a name is added. */
    static final int FILE = MODIFY | ATTRIB | CLOSE_WRITE | DELETE_SELF | DONT_FOLLOW;

    private InotifyMask() {}
}

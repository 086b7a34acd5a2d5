package dev.floe.store.changes.kernel;

/** The bits of inotify events (inotify(7)), and those that are asked for. */
public final class InotifyMask {
    public static final int MODIFY = 0x2;
    public static final int ATTRIB = 0x4;
    public static final int CLOSE_WRITE = 0x8;
    public static final int MOVED_FROM = 0x40;
    public static final int MOVED_TO = 0x80;
    public static final int CREATE = 0x100;
    public static final int DELETE = 0x200;
    public static final int DELETE_SELF = 0x400;
    public static final int MOVE_SELF = 0x800;
    public static final int UNMOUNT = 0x2000;
    public static final int QUEUE_OVERFLOW = 0x4000;
    public static final int IGNORED = 0x8000;
    private static final int ONLY_DIRECTORY = 0x1000000;
    private static final int DONT_FOLLOW = 0x2000000;

    /** The names in a directory change. */
    public static final int NAMES = MOVED_FROM | MOVED_TO | CREATE | DELETE;

    /**
     * Of a directory. It does not ask for MODIFY and CLOSE_WRITE, which a build causes for each object that it writes:
     * files that matter have watches of their own.
     */
    public static final int DIRECTORY = NAMES | ATTRIB | DELETE_SELF | MOVE_SELF | ONLY_DIRECTORY | DONT_FOLLOW;

    /** Of a file: it sees writes by each of the file's names, and the link count when a name is added. */
    public static final int FILE = MODIFY | ATTRIB | CLOSE_WRITE | DELETE_SELF | DONT_FOLLOW;

    private InotifyMask() {}
}

package dev.floe.store.changes.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import dev.floe.store.descriptors.SystemCall;

/**
 * The system calls that change notification needs; Java has none of them. A failed call returns the negative
 * {@code errno}. Used by one thread at a time.
 */
public final class KernelCalls implements AutoCloseable {
    public static final int EACCES = 13;
    public static final int ENOSPC = 28;

    private static final int AT_FDCWD = -100;
    private static final int PATH_BYTES = 4096 + 1;
    private static final int STATFS_BYTES = 256; // the structure has 120 on 64-bit Linux
    private static final int TIMESPEC_BYTES = 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment path = arena.allocate(PATH_BYTES);
    private final MemorySegment buffer = arena.allocate(STATFS_BYTES, Long.BYTES);
    private final MemorySegment noTime = arena.allocate(TIMESPEC_BYTES, Long.BYTES);

    /** @throws IOException if the path is too long for the kernel */
    private long path(String text) throws IOException {
        if (text.length() >= PATH_BYTES / 4) {
            throw new IOException("too long a path: " + text);
        }
        path.setString(0, text);
        return path.address();
    }

    /** A new inotify instance, which does not block. */
    int inotify() {
        final int nonBlockingClosedOnExec = 0x800 | 0x80000;
        return (int) SystemCall.INOTIFY_INIT1.call(nonBlockingClosedOnExec);
    }

    /** Adds or replaces the watch of the inode that a path leads to, and returns the number of the watch. */
    int addWatch(int inotify, String watched, int mask) throws IOException {
        return (int) SystemCall.INOTIFY_ADD_WATCH.call(inotify, path(watched), Integer.toUnsignedLong(mask));
    }

    /** Removes a watch; one that the kernel has removed is no error. */
    void removeWatch(int inotify, int watch) {
        SystemCall.INOTIFY_RM_WATCH.call(inotify, watch, 0);
    }

    /** Reads what is there, without waiting. */
    int read(int descriptor, MemorySegment into) {
        long read;
        do {
            read = SystemCall.READ.call(descriptor, into.address(), into.byteSize());
        } while (read == -SystemCall.EINTR);
        return (int) read;
    }

    /** Asks the kernel about {@code count} descriptors (struct pollfd), without waiting. */
    int poll(MemorySegment descriptors, int count) {
        long ready;
        do {
            ready = SystemCall.PPOLL.call(descriptors.address(), count, noTime.address(), 0, 0);
        } while (ready == -SystemCall.EINTR);
        return (int) ready;
    }

    int open(String file, int flags) throws IOException {
        return (int) SystemCall.OPENAT.call(AT_FDCWD, path(file), flags, 0);
    }

    void close(int descriptor) {
        SystemCall.CLOSE.call(descriptor);
    }

    /** The flags of an open file (FS_IOC_GETFLAGS). */
    long inodeFlags(int descriptor) {
        final long getFlags = 0x80086601L;
        buffer.set(JAVA_LONG, 0, 0);
        long failed = SystemCall.IOCTL.call(descriptor, getFlags, buffer.address());
        return failed < 0 ? failed : Integer.toUnsignedLong(buffer.get(JAVA_INT, 0));
    }

    /** The type of the file system (f_type) in which a path lies; negative if that cannot be known. */
    long fileSystemType(String file) throws IOException {
        long failed = SystemCall.STATFS.call(path(file), buffer.address(), 0);
        return failed < 0 ? failed : buffer.get(JAVA_LONG, 0) & 0xffffffffL;
    }

    @Override
    public void close() {
        arena.close();
    }
}

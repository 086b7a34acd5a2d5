package dev.floe.store.changes;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The C library's functions that change notification needs; Java has none of them. A failed call returns the negative
 * {@code errno}. Used by one thread at a time.
 */
final class KernelCalls implements AutoCloseable {
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int ENOSPC = 28;

    private static final int EINTR = 4;
    private static final int PATH_BYTES = 4096 + 1;
    private static final int STATFS_BYTES = 256; // the structure has 120 on 64-bit Linux
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** Found when the first monitor starts, because commands of the command line need none. */
    private static final class KernelFunctions {
        static final MethodHandle INIT = find("inotify_init1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        static final MethodHandle ADD = find("inotify_add_watch",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle REMOVE = find("inotify_rm_watch",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        static final MethodHandle READ = find("read",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
        static final MethodHandle POLL = find("poll",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle OPEN = find("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        static final MethodHandle CLOSE = find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        static final MethodHandle IOCTL = find("ioctl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(2));
        static final MethodHandle STATFS = find("statfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

        private KernelFunctions() {}

        private static MethodHandle find(String function, FunctionDescriptor type, Linker.Option... options) {
            Linker linker = Linker.nativeLinker();
            Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
            all[options.length] = Linker.Option.captureCallState("errno");
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type, all);
        }
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(STATE);
    private final MemorySegment path = arena.allocate(PATH_BYTES);
    private final MemorySegment buffer = arena.allocate(STATFS_BYTES, Long.BYTES);

    private int failure() {
        return -(int) ERRNO.get(state, 0L);
    }

    /** @throws IOException if the path is too long for the kernel */
    private MemorySegment path(String text) throws IOException {
        if (text.length() >= PATH_BYTES / 4) {
            throw new IOException("too long a path: " + text);
        }
        path.setString(0, text);
        return path;
    }

    /** A new inotify instance, which does not block. */
    int inotify() {
        final int nonBlockingClosedOnExec = 0x800 | 0x80000;
        try {
            int descriptor = (int) KernelFunctions.INIT.invokeExact(state, nonBlockingClosedOnExec);
            return descriptor < 0 ? failure() : descriptor;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Adds or replaces the watch of the inode that a path leads to, and returns the number of the watch. */
    int addWatch(int inotify, String watched, int mask) throws IOException {
        MemorySegment text = path(watched);
        try {
            int watch = (int) KernelFunctions.ADD.invokeExact(state, inotify, text, mask);
            return watch < 0 ? failure() : watch;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Removes a watch; one that the kernel has removed is no error. */
    void removeWatch(int inotify, int watch) {
        try {
            int _ = (int) KernelFunctions.REMOVE.invokeExact(state, inotify, watch);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Reads what is there, without waiting. */
    int read(int descriptor, MemorySegment into) {
        try {
            long read;
            do {
                read = (long) KernelFunctions.READ.invokeExact(state, descriptor, into, into.byteSize());
            } while (read < 0 && failure() == -EINTR);
            return read < 0 ? failure() : (int) read;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Asks the kernel about {@code count} descriptors (struct pollfd), without waiting. */
    int poll(MemorySegment descriptors, int count) {
        try {
            int ready;
            do {
                ready = (int) KernelFunctions.POLL.invokeExact(state, descriptors, (long) count, 0);
            } while (ready < 0 && failure() == -EINTR);
            return ready < 0 ? failure() : ready;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int open(String file, int flags) throws IOException {
        MemorySegment text = path(file);
        try {
            int descriptor = (int) KernelFunctions.OPEN.invokeExact(state, text, flags);
            return descriptor < 0 ? failure() : descriptor;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void close(int descriptor) {
        try {
            int _ = (int) KernelFunctions.CLOSE.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The flags of an open file (FS_IOC_GETFLAGS). */
    long inodeFlags(int descriptor) {
        final long getFlags = 0x80086601L;
        buffer.set(JAVA_LONG, 0, 0);
        try {
            int failed = (int) KernelFunctions.IOCTL.invokeExact(state, descriptor, getFlags, buffer);
            return failed < 0 ? failure() : Integer.toUnsignedLong(buffer.get(JAVA_INT, 0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The type of the file system (f_type) in which a path lies; negative if that cannot be known. */
    long fileSystemType(String file) throws IOException {
        MemorySegment text = path(file);
        try {
            int failed = (int) KernelFunctions.STATFS.invokeExact(state, text, buffer);
            return failed < 0 ? failure() : buffer.get(JAVA_LONG, 0) & 0xffffffffL;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static AssertionError unexpected(Throwable e) {
        return new AssertionError("the C library's functions throw nothing", e);
    }

    @Override
    public void close() {
        arena.close();
    }
}

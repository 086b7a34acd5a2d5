package dev.floe.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;

import org.jspecify.annotations.Nullable;

/**
 * The system call of this name, whose result is laid out alike on every processor. The JDK's own way to the same
 * numbers makes a map of boxed values and, for a file that is not there, an exception; a compile looks at some five
 * hundred files.
 */
final class Statx {
    /** What a look found: a state, nothing, or something for which the JDK's way has the words. */
    sealed interface StatxResult {
        record Present(FileStamp stamp) implements StatxResult {}

        record NoEntry() implements StatxResult {}

        record NeedsJdk() implements StatxResult {}
    }

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;
    private static final int STATX_BYTES = 256;
    private static final int PATH_BYTES = 4096;
    private static final StatxResult ABSENT = new StatxResult.NoEntry();
    private static final StatxResult OTHER = new StatxResult.NeedsJdk();

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final @Nullable MethodHandle CALL = find();
    private static final int IDLE = 8;
    private static final ArrayBlockingQueue<Buffers> POOL = new ArrayBlockingQueue<>(IDLE);

    /** What one call needs; used by one thread at a time. */
    private record Buffers(MemorySegment path, MemorySegment state, MemorySegment result) {
        static Buffers make() {
            Arena forever = Arena.ofAuto();
            return new Buffers(forever.allocate(PATH_BYTES), forever.allocate(STATE),
                    forever.allocate(STATX_BYTES, Long.BYTES));
        }
    }

    private Statx() {}

    private static @Nullable MethodHandle find() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> function = linker.defaultLookup().find("statx");
        return function.map(address -> linker.downcallHandle(address,
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
                Linker.Option.captureCallState("errno"))).orElse(null);
    }

    /** Looks at what a descriptor leads to. */
    static StatxResult look(int descriptor) {
        return look(descriptor, "", AT_EMPTY_PATH);
    }

    /** Looks at an entry of an open directory, not following it. */
    static StatxResult look(int directory, String name) {
        return look(directory, name, AT_SYMLINK_NOFOLLOW);
    }

    /** Looks at a path; it is {@link StatxResult.NeedsJdk} also where there is no such system call. */
    static StatxResult look(Path path, boolean follow) {
        return look(AT_FDCWD, path.toString(), follow ? 0 : AT_SYMLINK_NOFOLLOW);
    }

    private static StatxResult look(int directory, String text, int flags) {
        MethodHandle call = CALL;
        if (call == null || text.length() >= PATH_BYTES / 4) {
            return OTHER;
        }
        Buffers buffers = POOL.poll();
        if (buffers == null) {
            buffers = Buffers.make();
        }
        try {
            buffers.path().setString(0, text);
            int failed = (int) call.invokeExact(buffers.state(), directory, buffers.path(), flags, STATX_BASIC_STATS,
                    buffers.result());
            if (failed != 0) {
                int errno = (int) ERRNO.get(buffers.state(), 0L);
                return errno == ENOENT || errno == ENOTDIR ? ABSENT : OTHER;
            }
            return new StatxResult.Present(stamp(buffers.result()));
        } catch (Throwable e) {
            throw new AssertionError("statx throws nothing", e);
        } finally {
            POOL.offer(buffers);
        }
    }

    private static FileStamp stamp(MemorySegment result) {
        return new FileStamp(device(result.get(JAVA_INT, 136), result.get(JAVA_INT, 140)), result.get(JAVA_LONG, 32),
                result.get(JAVA_LONG, 40), time(result, 112), time(result, 96), result.get(JAVA_SHORT, 28) & 0xffff);
    }

    private static long time(MemorySegment result, long offset) {
        return result.get(JAVA_LONG, offset) * 1_000_000_000L + result.get(JAVA_INT, offset + Long.BYTES);
    }

    /** The number that {@code stat} makes of these two. */
    private static long device(long major, long minor) {
        return (major & 0xfffff000L) << 32 | (major & 0xfffL) << 8 | (minor & 0xffffff00L) << 12 | minor & 0xffL;
    }
}

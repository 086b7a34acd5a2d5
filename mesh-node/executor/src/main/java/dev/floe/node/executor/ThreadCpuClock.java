package dev.floe.node.executor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import org.jspecify.annotations.Nullable;

/**
 * Time of the processor, as the system counts it for its own threads. Java tells it for those alone; here it can also
 * be read on a virtual thread, and is right then for a stretch in which that did not wait: nothing else has run on the
 * same thread of the system.
 */
public final class ThreadCpuClock {
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;
    private static final long NANOS = 1_000_000_000L;
    private static final @Nullable MethodHandle TIME = find("clock_gettime",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final @Nullable MethodHandle THREAD = find("gettid", FunctionDescriptor.of(JAVA_INT));

    /** A moment of one thread of the system. */
    public record Moment(int thread, long nanos) {
        /** What this thread has taken since; 0 if it is another, or there is no such clock. */
        public long since(Moment earlier) {
            return thread == earlier.thread ? nanos - earlier.nanos : 0;
        }
    }

    private ThreadCpuClock() {}

    private static @Nullable MethodHandle find(String name, FunctionDescriptor type) {
        if (ADDRESS.byteSize() != Long.BYTES) {
            return null; // other sizes of time
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(address -> linker.downcallHandle(address, type)).orElse(null);
    }

    public static Moment now() {
        MethodHandle time = TIME;
        MethodHandle thread = THREAD;
        if (time == null || thread == null) {
            return new Moment(0, 0);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(2L * Long.BYTES, Long.BYTES);
            int id = (int) thread.invokeExact();
            int failed = (int) time.invokeExact(CLOCK_THREAD_CPUTIME_ID, result);
            return failed != 0
                    ? new Moment(0, 0)
                    : new Moment(id, result.get(JAVA_LONG, 0) * NANOS + result.get(JAVA_LONG, Long.BYTES));
        } catch (Throwable e) {
            throw new AssertionError("neither call throws", e);
        }
    }
}

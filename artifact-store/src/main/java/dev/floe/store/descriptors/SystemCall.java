package dev.floe.store.descriptors;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * A system call of Linux, by its number. All go through the one function {@code syscall(2)}, because each shape of a
 * foreign function costs the node some milliseconds at its first use. A call that blocks holds the carrier of a virtual
 * thread.
 */
public enum SystemCall {
    READ(0, 63), WRITE(1, 64), CLOSE(3, 57), IOCTL(16, 29), SOCKET(41, 198), CONNECT(42, 203), SENDMSG(46, 211), //
    RECVMSG(47, 212), BIND(49, 200), LISTEN(50, 201), GETSOCKOPT(55, 209), STATFS(137, 43), EPOLL_CTL(233, 21), //
    INOTIFY_ADD_WATCH(254, 27), INOTIFY_RM_WATCH(255, 28), OPENAT(257, 56), READLINKAT(267, 78), PPOLL(271, 73), //
    SYNC_FILE_RANGE(277, 84), EPOLL_PWAIT(281, 22), ACCEPT4(288, 242), EVENTFD2(290, 19), //
    EPOLL_CREATE1(291, 20), INOTIFY_INIT1(294, 26), SYNCFS(306, 267), STATX(332, 291), OPENAT2(437, 437);

    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int EPIPE = 32;
    public static final int ECONNRESET = 104;

    private static final int IDLE = 8;

    private final long number;

    /** @param others the number on AArch64 and all younger architectures */
    SystemCall(int x86, int others) {
        this.number = ProcessorType.IS_X86_64 ? x86 : others;
    }

    /** Found when the first call is made, because the command line makes none. */
    private static final class SyscallFunction {
        static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final MethodHandle SYSCALL = Linker.nativeLinker().downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno"));
        static final ArrayBlockingQueue<MemorySegment> STATES = new ArrayBlockingQueue<>(IDLE);

        private SyscallFunction() {}
    }

    /** Makes the call; a result below zero is the error number, negated. */
    public long call(long first, long second, long third, long fourth, long fifth) {
        MemorySegment state = SyscallFunction.STATES.poll();
        if (state == null) {
            state = Arena.ofAuto().allocate(SyscallFunction.STATE);
        }
        try {
            long result = (long) SyscallFunction.SYSCALL.invokeExact(state, number, first, second, third, fourth,
                    fifth);
            return result == -1 ? -(int) SyscallFunction.ERRNO.get(state, 0L) : result;
        } catch (Throwable e) {
            throw new AssertionError("system calls throw nothing", e);
        } finally {
            SyscallFunction.STATES.offer(state);
        }
    }

    public long call(long first, long second, long third, long fourth) {
        return call(first, second, third, fourth, 0);
    }

    public long call(long first, long second, long third) {
        return call(first, second, third, 0, 0);
    }

    public long call(long first) {
        return call(first, 0, 0, 0, 0);
    }
}

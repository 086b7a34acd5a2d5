package dev.floe.node.rpc.unix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import dev.floe.store.descriptors.ProcessorType;
import dev.floe.store.descriptors.SystemCall;

/** The kernel's list of descriptors whose changes one thread waits for. */
final class EpollSet implements AutoCloseable {
    static final int IN = 0x1;
    static final int OUT = 0x4;
    static final int ERROR = 0x8;
    static final int HANG_UP = 0x10;
    static final int PEER_HANG_UP = 0x2000;
    static final int EDGES = 1 << 31;

    /** The kernel packs the event on x86 alone. */
    private static final int EVENT_BYTES = ProcessorType.IS_X86_64 ? 12 : 16;
    private static final int KEY_OFFSET = ProcessorType.IS_X86_64 ? 4 : 8;
    private static final int MAX_EVENTS = 64;
    private static final int EPOLL_CLOEXEC = 02000000;
    private static final int ADD = 1;
    private static final int MODIFY = 3;

    private final int descriptor;
    private final MemorySegment events = Arena.ofAuto().allocate((long) MAX_EVENTS * EVENT_BYTES, Long.BYTES);

    /** Takes what has happened to one descriptor. */
    @FunctionalInterface
    interface ReadinessHandler {
        void handle(long key, int events);
    }

    EpollSet() throws IOException {
        descriptor = (int) SystemCall.EPOLL_CREATE1.call(EPOLL_CLOEXEC);
        if (descriptor < 0) {
            throw new IOException("the system has no epoll: error " + -descriptor);
        }
    }

    void add(int watched, long key, int events) throws IOException {
        control(ADD, watched, key, events);
    }

    void modify(int watched, long key, int events) throws IOException {
        control(MODIFY, watched, key, events);
    }

    private void control(int operation, int watched, long key, int wanted) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
            event.set(JAVA_INT, 0, wanted);
            event.set(JAVA_LONG_UNALIGNED, KEY_OFFSET, key);
            long failed = SystemCall.EPOLL_CTL.call(descriptor, operation, watched, event.address());
            if (failed < 0) {
                throw new IOException("a Unix socket cannot be watched: error " + -failed);
            }
        }
    }

    /** Waits until something has happened; for the one thread that owns this. */
    void await(ReadinessHandler handler) throws IOException {
        long n = SystemCall.EPOLL_PWAIT.call(descriptor, events.address(), MAX_EVENTS, -1);
        if (n < 0 && n != -SystemCall.EINTR) {
            throw new IOException("epoll: error " + -n);
        }
        for (long i = 0; i < n; i++) {
            handler.handle(events.get(JAVA_LONG_UNALIGNED, i * EVENT_BYTES + KEY_OFFSET),
                    events.get(JAVA_INT_UNALIGNED, i * EVENT_BYTES));
        }
    }

    @Override
    public void close() {
        SystemCall.CLOSE.call(descriptor);
    }
}

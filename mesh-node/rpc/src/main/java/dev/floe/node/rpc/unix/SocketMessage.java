package dev.floe.node.rpc.unix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

import org.jspecify.annotations.Nullable;

import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.descriptors.SystemCall;

/**
 * What one sendmsg or recvmsg needs: the bytes, and descriptors beside them (unix(7), SCM_RIGHTS). Used by one thread
 * at a time. Neither call waits.
 */
final class SocketMessage {
    /** About what a socket takes at once. */
    static final int MAX_BYTES = 128 << 10;
    /** No peer passes more at once; the kernel closes what does not fit. */
    static final int MAX_DESCRIPTORS = 4;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int HEADER_BYTES = 56; // struct msghdr
    private static final int CONTROL_HEADER_BYTES = 16; // struct cmsghdr
    private static final int CONTROL_BYTES = CONTROL_HEADER_BYTES + MAX_DESCRIPTORS * Integer.BYTES;
    private static final int IDLE = 8;
    private static final ArrayBlockingQueue<SocketMessage> POOL = new ArrayBlockingQueue<>(IDLE);

    private final MemorySegment header;
    private final MemorySegment vector;
    private final MemorySegment control;
    private final MemorySegment bytes;

    private SocketMessage() {
        Arena forever = Arena.ofAuto();
        header = forever.allocate(HEADER_BYTES, Long.BYTES);
        vector = forever.allocate(2L * Long.BYTES, Long.BYTES);
        control = forever.allocate(CONTROL_BYTES, Long.BYTES);
        bytes = forever.allocate(MAX_BYTES, Long.BYTES);
        vector.set(ADDRESS, 0, bytes);
        header.set(ADDRESS, 16, vector);
        header.set(JAVA_LONG, 24, 1);
    }

    static SocketMessage borrow() {
        SocketMessage idle = POOL.poll();
        return idle == null ? new SocketMessage() : idle;
    }

    void giveBack() {
        POOL.offer(this);
    }

    /** What a recvmsg found: how many bytes, or, below zero, the error; and the descriptors. */
    record ReceivedMessage(long result, List<OpenDescriptor> descriptors, boolean tooMany) {}

    ReceivedMessage receive(int socket, byte[] to, int offset, int length) {
        vector.set(JAVA_LONG, 8, Math.min(length, MAX_BYTES));
        header.set(ADDRESS, 32, control);
        header.set(JAVA_LONG, 40, CONTROL_BYTES);
        long n = SystemCall.RECVMSG.call(socket, header.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (n < 0) {
            return new ReceivedMessage(n, List.of(), false);
        }
        MemorySegment.copy(bytes, JAVA_BYTE, 0, to, offset, (int) n);
        long controlled = header.get(JAVA_LONG, 40);
        List<OpenDescriptor> passed = controlled >= CONTROL_HEADER_BYTES ? descriptors() : List.of();
        return new ReceivedMessage(n, passed, (header.get(JAVA_INT, 48) & MSG_CTRUNC) != 0);
    }

    private List<OpenDescriptor> descriptors() {
        List<OpenDescriptor> passed = new ArrayList<>();
        if (control.get(JAVA_INT, 8) == SOL_SOCKET && control.get(JAVA_INT, 12) == SCM_RIGHTS) {
            long end = Math.min(control.get(JAVA_LONG, 0), CONTROL_BYTES);
            for (long at = CONTROL_HEADER_BYTES; at + Integer.BYTES <= end; at += Integer.BYTES) {
                passed.add(new OpenDescriptor(control.get(JAVA_INT, at)));
            }
        }
        return passed;
    }

    /** Takes bytes out of the buffers, as many as fit. */
    int fill(ByteBuffer[] buffers) {
        int size = 0;
        for (ByteBuffer buffer : buffers) {
            int n = Math.min(buffer.remaining(), MAX_BYTES - size);
            bytes.asSlice(size, n).asByteBuffer().put(buffer.slice(buffer.position(), n));
            buffer.position(buffer.position() + n);
            size += n;
        }
        return size;
    }

    /** @return how many of the bytes from {@code from} to {@code to} were sent, or, below zero, the error */
    long send(int socket, int from, int to, @Nullable OpenDescriptor passed) {
        vector.set(ADDRESS, 0, bytes.asSlice(from));
        vector.set(JAVA_LONG, 8, to - from);
        header.set(ADDRESS, 32, passed == null ? MemorySegment.NULL : control);
        header.set(JAVA_LONG, 40, passed == null ? 0 : CONTROL_HEADER_BYTES + Long.BYTES);
        if (passed != null) {
            control.set(JAVA_LONG, 0, CONTROL_HEADER_BYTES + Integer.BYTES);
            control.set(JAVA_INT, 8, SOL_SOCKET);
            control.set(JAVA_INT, 12, SCM_RIGHTS);
            control.set(JAVA_INT, 16, passed.number());
        }
        long sent = SystemCall.SENDMSG.call(socket, header.address(), MSG_DONTWAIT | MSG_NOSIGNAL);
        vector.set(ADDRESS, 0, bytes);
        return sent;
    }
}

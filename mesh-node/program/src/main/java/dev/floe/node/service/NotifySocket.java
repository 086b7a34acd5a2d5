package dev.floe.node.service;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The Unix datagram socket at which a service manager receives messages (sd_notify(3)). Java's channels have no such
 * sockets, so this calls the C library. The name begins with {@code /}, or with {@code @} in the abstract namespace.
 */
record NotifySocket(String name) {
    static final int AF_UNIX = 1;
    static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PATH_BYTES = 108;

    NotifySocket {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (!(name.startsWith("/") || name.startsWith("@")) || length < 2 || length >= PATH_BYTES) {
            throw new IllegalArgumentException(
                    "NOTIFY_SOCKET: an absolute path or @NAME of at most 107 bytes, not " + name);
        }
    }

    /** The C library's functions; found when the first message is sent, because most nodes send none. */
    private static final class LibC {
        static final MethodHandle SOCKET = find("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT));
        static final MethodHandle SENDTO = find("sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS,
                JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle CLOSE = find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private LibC() {}
    }

    static MethodHandle find(String function, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
    }

    /** The socket's name as the system calls want it (struct sockaddr_un), with its length. */
    MemorySegment address(Arena arena) {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        boolean named = path[0] == '@';
        if (named) {
            path[0] = 0;
        }
        // A path ends with a zero byte; a name of the abstract namespace is as long as it is.
        MemorySegment address = arena.allocate(Short.BYTES + path.length + (named ? 0 : 1), Short.BYTES);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(path, 0, address, JAVA_BYTE, Short.BYTES, path.length);
        return address;
    }

    /**
     * Sends one message. Does not wait.
     *
     * @throws IOException if nobody receives it
     */
    void send(String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        long sent;
        try (Arena arena = Arena.ofConfined()) {
            int socket = (int) LibC.SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            MemorySegment address = address(arena);
            MemorySegment text = arena.allocate(MemoryLayout.sequenceLayout(bytes.length, JAVA_BYTE));
            MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
            sent = (long) LibC.SENDTO.invokeExact(socket, text, (long) bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL,
                    address, (int) address.byteSize());
            int _ = (int) LibC.CLOSE.invokeExact(socket);
        } catch (Throwable e) {
            throw new AssertionError("the C library's functions throw nothing", e);
        }
        if (sent != bytes.length) {
            throw new IOException("nobody receives at the NOTIFY_SOCKET " + name);
        }
    }
}

package dev.floe.node.rpc.unix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.descriptors.SystemCall;

/** The client's end of a connection, which passes what it is told to. */
final class PassingClient implements AutoCloseable {
    private final int socket;

    PassingClient(Path server) throws IOException {
        socket = (int) SystemCall.SOCKET.call(1, 1, 0);
        byte[] name = server.toString().getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(Short.BYTES + name.length + 1L, Short.BYTES);
            address.set(JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, Short.BYTES, name.length);
            if (SystemCall.CONNECT.call(socket, address.address(), address.byteSize()) != 0) {
                throw new IOException("no connection");
            }
        }
    }

    /** Sends a byte for each of them; a negative number stands for none. */
    void send(List<Path> passed) {
        for (Path file : passed) {
            SocketMessage message = SocketMessage.borrow();
            int size = message.fill(new ByteBuffer[]{ByteBuffer.wrap(new byte[]{'x'})});
            try (OpenDescriptor open = OpenDescriptor.forReading(file).orElseThrow()) {
                message.send(socket, 0, size, open);
            }
            message.giveBack();
        }
    }

    /** As many bytes as there are now, with their descriptors. */
    SocketMessage.ReceivedMessage receive(byte[] to) {
        SocketMessage message = SocketMessage.borrow();
        try {
            return message.receive(socket, to, 0, to.length);
        } finally {
            message.giveBack();
        }
    }

    @Override
    public void close() {
        SystemCall.CLOSE.call(socket);
    }
}

package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** A node's side of one conversation with a wrapper. */
final class Talk implements AutoCloseable {
    private final SocketChannel channel;

    Talk(SocketChannel channel) {
        this.channel = channel;
    }

    Frame.Hello hello() throws IOException {
        return read(Frame.HELLO).hello();
    }

    void send(int type, Payload payload) throws IOException {
        byte[] bytes = payload.bytes();
        sendRaw(Payload.of().u32(bytes.length).u8(type).raw(bytes).bytes());
    }

    void send(int type) throws IOException {
        send(type, Payload.of());
    }

    void sendRaw(byte[] bytes) throws IOException {
        for (var buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining();)
            channel.write(buffer);
    }

    /** An output with its contents, in chunks of half a megabyte. */
    void sendFile(Object path, int mode, int how, byte[] contents) throws IOException {
        send(Frame.OPEN, Payload.of().str(path).u32(mode).u8(how));
        for (int at = 0; at < contents.length; at += 1 << 19)
            send(Frame.CHUNK, Payload.of()
                    .raw(Arrays.copyOfRange(contents, at, Math.min(contents.length, at + (1 << 19)))));
    }

    /** Sends COMMIT and returns the errno of its DONE. */
    int commit() throws IOException {
        send(Frame.COMMIT);
        return read(Frame.DONE).payload().getInt();
    }

    void exit(int code) throws IOException {
        send(Frame.EXIT, Payload.of().u32(code));
    }

    void exec(int flags) throws IOException {
        send(Frame.EXEC, Payload.of().u8(flags));
    }

    /** Returns when the wrapper has done all that it was told before. */
    void awaitIdle() throws IOException {
        send(Frame.STAT, Payload.of().u32(0));
        read(Frame.STATS);
    }

    Frame read(int type) throws IOException {
        Frame frame = read();
        assertThat(frame.type()).as("type of frame").isEqualTo(type);
        return frame;
    }

    Frame read() throws IOException {
        ByteBuffer head = readFully(5);
        return new Frame(head.get(4), readFully(head.getInt(0)));
    }

    /** The next {@code length} bytes of CHUNKs, which must end where a CHUNK ends. */
    byte[] readChunks(long length) throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (bytes.size() < length)
            bytes.writeBytes(read(Frame.CHUNK).rest());
        assertThat((long) bytes.size()).isEqualTo(length);
        return bytes.toByteArray();
    }

    /** Waits for the wrapper's end of the socket to close, dropping what it says until then. */
    void awaitHangUp() throws IOException {
        var buffer = ByteBuffer.allocate(1 << 16);
        try {
            while (channel.read(buffer.clear()) >= 0) {
                // what it said before no longer matters
            }
        } catch (SocketException _) {
            // it hung up before it had read everything
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private ByteBuffer readFully(int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining())
            if (channel.read(buffer) < 0)
                throw new EOFException("the wrapper hung up");
        return buffer.flip();
    }
}

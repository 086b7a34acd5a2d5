package dev.floe.node.cacheserver;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** ccache's side of its storage helper protocol. */
public final class HelperClient implements AutoCloseable {
    private final SocketChannel channel;
    private final DataInputStream in;

    public HelperClient(SocketChannel channel) {
        this.channel = channel;
        this.in = new DataInputStream(Channels.newInputStream(channel));
    }

    /** Version, count of capabilities, capabilities. */
    public byte[] greet() throws IOException {
        return in.readNBytes(5);
    }

    public Optional<byte[]> get(byte[] key) throws IOException {
        send(request(0, key));
        if (in.readUnsignedByte() != 0) {
            return Optional.empty();
        }
        return Optional.of(in.readNBytes((int) number()));
    }

    /** @return the first byte of the answer, as the methods that follow */
    public int put(byte[] key, boolean overwrite, byte[] value) throws IOException {
        send(request(1, key));
        send(new byte[]{(byte) (overwrite ? 1 : 0)});
        send(ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value.length).array());
        send(value);
        return in.readUnsignedByte();
    }

    public int remove(byte[] key) throws IOException {
        send(request(2, key));
        return in.readUnsignedByte();
    }

    public boolean exists(byte[] key) throws IOException {
        send(request(5, key));
        if (in.readUnsignedByte() != 0) {
            throw new IOException("refused: " + message());
        }
        return in.readUnsignedByte() == 1;
    }

    public String message() throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
    }

    long number() throws IOException {
        return ByteBuffer.wrap(in.readNBytes(8)).order(ByteOrder.nativeOrder()).getLong();
    }

    public int read() throws IOException {
        return in.read();
    }

    public void send(byte... bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    public static byte[] request(int type, byte[] key) {
        return ByteBuffer.allocate(2 + key.length).put((byte) type).put((byte) key.length).put(key).array();
    }

    public void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

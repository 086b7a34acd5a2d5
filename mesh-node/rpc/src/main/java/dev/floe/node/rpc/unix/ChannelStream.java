package dev.floe.node.rpc.unix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.store.descriptors.OpenDescriptor;

/** A connection of the JDK, over which no descriptors can be passed. */
public record ChannelStream(SocketChannel channel) implements UnixStream {
    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(to, offset, length));
    }

    @Override
    public void write(ByteBuffer[] buffers, @Nullable OpenDescriptor passed) throws IOException {
        if (passed != null) {
            throw new IOException("this connection passes no descriptors");
        }
        long left = 0;
        for (ByteBuffer buffer : buffers) {
            left += buffer.remaining();
        }
        while (left > 0) {
            left -= channel.write(buffers);
        }
    }

    /** Writes nothing: the JDK cannot say whether a channel on which others wait takes bytes at once. */
    @Override
    public boolean writeAtOnce(ByteBuffer bytes) {
        return false;
    }

    @Override
    public Optional<OpenDescriptor> received() {
        return Optional.empty();
    }

    @Override
    public boolean onHangUp(Runnable action) {
        return false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
